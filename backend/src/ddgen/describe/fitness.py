"""Whether a model is fit for the work: one whose answers are hardly ever of use is asked no more."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Sequence

from ddgen.describe.units import Unit
from ddgen.llm.failure import Cause, Failure

ANSWERS = 12
FEWEST = 10
"""No verdict before so many answers about so many fields: some fields are hard for any model."""

FIELDS = 40
"""So many of the latest fields are looked at, each from its first answer on, however often it is asked for again."""

USEFUL = 0.1
"""A model is unfit if no more than this share of them has a text of it."""

UNFIT = "unfit"
"""Code of a verdict about the model; one about what stands between it and us, such as a proxy, has none."""


class Fitness:
    """Judges one model by the fields that it was asked for, whatever their tables."""

    def __init__(self) -> None:
        self._answers = self._by_model = 0
        self._latest: deque[Unit] = deque(maxlen=FIELDS)
        self._reasons: Counter[str] = Counter()

    def answered(self, units: Sequence[Unit], reasons: Iterable[str] = (), *, by_model: bool = True) -> Failure | None:
        """Count an answer about these fields; `reasons` are those of texts that could not be used.

        Returns the verdict where it is one; judging begins anew after that.
        """
        self._answers += 1
        self._by_model += by_model
        self._latest.extend(unit for unit in units if unit.asked == 1)
        self._reasons.update(reasons)
        useful = sum(unit.kept for unit in self._latest)
        few = self._answers < ANSWERS or len(self._latest) < FEWEST
        if few or useful > USEFUL * len(self._latest):
            return None
        verdict = self._verdict(useful)
        self._answers = self._by_model = 0
        self._latest.clear()
        self._reasons.clear()
        return verdict

    def _verdict(self, useful: int) -> Failure:
        mostly = f" (mostly: {self._reasons.most_common(1)[0][0]})" if self._reasons else ""
        said = f"of the latest {len(self._latest)} fields {useful} got a text that could be used{mostly}"
        code = UNFIT if 2 * self._by_model > self._answers else None
        return Failure(Cause.UNFIT, f"{said}, so the model is asked no more", code=code)
