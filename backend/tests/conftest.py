"""What all tests share."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("ddgen", deadline=None, max_examples=50)
settings.load_profile("ddgen")
