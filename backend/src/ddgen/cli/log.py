"""What the program notices while it works goes to standard error: a line for a person, or JSON beside other events."""

from __future__ import annotations

import json
import logging
import sys


class _ToStandardError(logging.Handler):
    def __init__(self, *, as_json: bool) -> None:
        super().__init__(logging.WARNING)
        self._as_json = as_json

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line, to wherever standard error goes now."""
        from ddgen.exporters.text import visible

        level, said = record.levelname.lower(), record.getMessage()
        line = json.dumps({"event": "notice", "level": level, "message": said}) if self._as_json else visible(said)
        sys.stderr.write(f"{line if self._as_json else f'{level}: {line}'}\n")
        sys.stderr.flush()


def follow(*, as_json: bool) -> None:
    """From now on write notices of `ddgen` to standard error."""
    logger = logging.getLogger("ddgen")
    for handler in [one for one in logger.handlers if isinstance(one, _ToStandardError)]:
        logger.removeHandler(handler)
    logger.addHandler(_ToStandardError(as_json=as_json))
