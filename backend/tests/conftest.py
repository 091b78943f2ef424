"""What all tests share: quiet settings for Hypothesis, and none of the settings of whoever runs them."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

from hypothesis import settings

settings.register_profile("ddgen", deadline=None, max_examples=30)
settings.load_profile("ddgen")

_HOME = tempfile.mkdtemp(prefix="ddgen-tests-")
atexit.register(shutil.rmtree, _HOME, ignore_errors=True)
_OF_TESTS = {"DDGEN_WRITE_GOLDEN", "DDGEN_API_EXAMPLES", "DDGEN_KILLS"}
for name in list(os.environ):
    if name.upper().startswith(("OPENAI_", "DDGEN_", "XDG_")) and name not in _OF_TESTS:
        del os.environ[name]
os.environ.update({f"XDG_{kind}_HOME": os.path.join(_HOME, kind) for kind in ("CONFIG", "CACHE", "STATE")})  # noqa: PTH118 - a text is wanted
