"""What DBOS may write down: ids, words, counters and times. Anything else is refused: no value of data gets there."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

from dbos import Serializer

_WORD = re.compile(r"[\w:.+-]{0,100}")


class OnlySmall(Serializer):
    """JSON of small things. An exception is written by its class alone: what it says may quote data."""

    def serialize(self, data: Any) -> str:
        """The text. Raises TypeError for what is not small."""
        return json.dumps(_plain(data))

    def deserialize(self, serialized_data: str) -> Any:
        """What the text was made of."""
        return _made(json.loads(serialized_data))

    def name(self) -> str:
        """As DBOS notes it beside each text."""
        return "ddgen_small"


def _plain(data: Any) -> Any:
    if data is None or isinstance(data, bool | int | float):
        return data
    if isinstance(data, str) and _WORD.fullmatch(data):
        return data
    if isinstance(data, datetime):
        return {"at": data.isoformat()}
    if isinstance(data, BaseException):
        return {"error": type(data).__name__}
    if isinstance(data, list | tuple):
        return [_plain(one) for one in data]
    if isinstance(data, dict):
        return {"of": {key: _plain(value) for key, value in data.items() if _plain(key) == key}}
    raise TypeError(f"a {type(data).__name__} is nothing that DBOS is told")


def _made(data: Any) -> Any:
    if isinstance(data, list):
        return [_made(one) for one in data]
    if not isinstance(data, dict):
        return data
    if "at" in data:
        return datetime.fromisoformat(data["at"])
    if "error" in data:
        return RuntimeError(data["error"])
    return {key: _made(value) for key, value in data["of"].items()}
