"""Several files of one shape as one table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ddgen.errors import InputError
from ddgen.model.problem import Place, Problem
from ddgen.model.relation import Batch, Relation
from ddgen.sources.spec import readable, shareable


class ChainedRelation(Relation):
    """The records of several relations, one after another; their sizes, row counts and problems add up."""

    def __init__(self, name: str, uri: str, parts: Sequence[Relation]) -> None:
        first = parts[0]
        super().__init__(name, uri, first.format)
        self.parts = list(parts)
        self.record_path = first.record_path
        self.comment = first.comment
        self.declared = first.declared
        self.text = first.text
        self.reading = {**first.reading, "files": len(parts)}
        self.rereadable = all(part.rereadable for part in parts)
        sizes = [part.size for part in parts if part.size is not None]
        self.size = sum(sizes) if len(sizes) == len(parts) else None
        rows = [part.row_estimate for part in parts if part.row_estimate is not None]
        self.row_estimate = sum(rows) if len(rows) == len(parts) else None
        self.problems = [problem for part in parts for problem in part.problems]

    def batches(self) -> Iterator[Batch]:
        """The records of each part in turn; a part that cannot be read is told and passed over."""
        self.problems.clear()
        done = 0
        for part in self.parts:
            part.name, part.wanted_fields = self.name, self.wanted_fields
            try:
                for batch in part.batches():
                    batch.done += done
                    yield batch
            except InputError as error:
                self.problems.append(as_problem(error, part.uri))
            self.problems += part.problems
            done += part.size or 0


def as_problem(error: InputError, source: str) -> Problem:
    """An input that cannot be read, as an entry for the log."""
    return Problem(
        code=error.code,
        message=error.message,
        source=readable(shareable(error.where or source)),
        places=[] if error.byte is None else [Place(byte=error.byte)],
        hint=error.hint and readable(error.hint),
    )
