"""How many tokens a text has: an estimate that needs no vocabulary, and its correction by what servers count."""

from __future__ import annotations

import math

BYTES_PER_TOKEN = 3.3
"""Measured with o200k on profile lines: names, numbers and punctuation take more tokens than prose."""

MESSAGE_TOKENS = 12
"""What the chat format adds to a system and a user message."""

WEIGHT = 0.3
NARROWEST, WIDEST = 0.4, 3.0


def estimate(text: str) -> int:
    """Tokens of a text, about; UTF-8 bytes count, so that scripts beyond Latin are not underestimated."""
    return math.ceil(len(text.encode("utf-8", "surrogatepass")) / BYTES_PER_TOKEN)


class Calibration:
    """Per model, actual over estimated tokens as an exponentially weighted mean (weight 0.3 for the newest)."""

    def __init__(self) -> None:
        self._factors: dict[str, float] = {}
        self._samples: dict[str, int] = {}

    def learn(self, model: str, estimated: int, actual: int) -> None:
        """Take a server's count into account; what cannot be (zero, or off by more than 5 times) is ignored."""
        if estimated <= 0 or not estimated / 5 <= actual <= estimated * 5:
            return
        ratio = actual / estimated
        known = self._factors.get(model, ratio)
        self._factors[model] = min(WIDEST, max(NARROWEST, known + WEIGHT * (ratio - known)))
        self._samples[model] = self.samples(model) + 1

    def factor(self, model: str) -> float:
        """By what an estimate is multiplied; 1 before anything was learned."""
        return self._factors.get(model, 1.0)

    def samples(self, model: str) -> int:
        """How many counts the factor rests on."""
        return self._samples.get(model, 0)

    def corrected(self, model: str, estimated: int) -> int:
        """The estimate, corrected."""
        return math.ceil(estimated * self.factor(model))
