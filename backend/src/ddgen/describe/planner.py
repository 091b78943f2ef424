"""How many fields go into one prompt: as many as time limit, model's context and rate of tokens bear."""

from __future__ import annotations

import threading

MOST = 25
"""Above this the price of a field hardly falls, while a lost answer costs more."""

START_CLOUD = 12
START_LOCAL = 4
OUTPUT_PER_FIELD = 78.0
"""Tokens a model writes for a field, until it has been measured."""

_SPARE = 256
"""Tokens of the context kept free."""

_OUTPUT_MARGIN = 1.3
_TIME_SHARE = 0.5
"""Of the time limit an answer is planned to take no more than this."""

_WEIGHT = 0.3
"""Of the newest measurement in the running mean."""


class Planner:
    """Plans sizes from what answers took so far. Thread-safe.

    `time_limit` is that of one attempt, in seconds; `context_tokens` and `tokens_per_minute` may be unknown (None, 0);
    `fixed` is a size that a person chose, 0 for none. With v tokens a second, o tokens of answer and q of prompt a
    field, and p tokens of prompt besides, the size is at most (time/2)·v/o, (context - p - 256)/(q + 1.3·o) and
    (tokens per minute/4 - p)/(q + o).
    """

    def __init__(
        self,
        *,
        local: bool,
        time_limit: float,
        context_tokens: int | None = None,
        tokens_per_minute: float = 0,
        fixed: int = 0,
    ) -> None:
        self._start = START_LOCAL if local else START_CLOUD
        self._time_limit = time_limit
        self._context = context_tokens
        self._per_minute = tokens_per_minute
        self._fixed = fixed
        self._most = fixed or MOST
        self._bearable = self._most
        self._speed: float | None = None
        self._output = OUTPUT_PER_FIELD
        self._lock = threading.Lock()

    @property
    def output_per_field(self) -> float:
        """Tokens that a field's answer takes, as far as known."""
        return self._output

    def size(self, prompt_tokens: float, tokens_per_field: float) -> int:
        """How many fields go into the next prompt, at least 1."""
        with self._lock:
            bounds = [float(min(self._most, self._bearable))]
            if self._context:
                room = self._context - prompt_tokens - _SPARE
                bounds.append(room / (tokens_per_field + _OUTPUT_MARGIN * self._output))
            if self._per_minute > 0:
                room = self._per_minute / 4 - prompt_tokens
                bounds.append(room / (tokens_per_field + self._output))
            if not self._fixed:
                bounds.append(self._in_time())
            return max(1, int(min(bounds)))

    def _in_time(self) -> float:
        if self._speed is None:
            return self._start
        return _TIME_SHARE * self._time_limit * self._speed / self._output

    def answered(self, fields: int, completion_tokens: int, seconds: float) -> None:
        """Learn from an answer for so many fields."""
        if fields < 1 or completion_tokens < 1 or seconds <= 0:
            return
        with self._lock:
            speed = completion_tokens / seconds
            self._speed = speed if self._speed is None else _mixed(self._speed, speed)
            self._output = max(1.0, _mixed(self._output, completion_tokens / fields))
            if fields >= self._bearable:
                self._bearable += 1

    def too_large(self, fields: int) -> None:
        """Learn that so many fields were more than the model's context takes."""
        with self._lock:
            self._most = max(1, min(self._most, fields // 2))

    def too_slow(self, fields: int) -> None:
        """Learn that so many fields took too long this time; answers that come in time win the size back."""
        with self._lock:
            self._bearable = max(1, min(self._bearable, fields // 2))


def even(count: int, size: int) -> int:
    """The size of the next of equal shares, none above `size`, that `count` fields are cut into."""
    shares = -(-count // max(1, size))
    return -(-count // max(1, shares))


def _mixed(old: float, new: float) -> float:
    return (1 - _WEIGHT) * old + _WEIGHT * new
