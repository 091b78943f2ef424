"""ORC files, read stripe by stripe."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from ddgen.model.relation import ArrowBatch, Relation
from ddgen.sources.arrow_batches import ARROW_ERRORS, ArrowRelation
from ddgen.sources.spec import Source, SourceSpec
from ddgen.sources.stored import damaged, stored_path

if TYPE_CHECKING:
    from pyarrow import orc

MAGIC = b"ORC"


class OrcSource(Source):
    """Reads ORC files."""

    name: ClassVar[str] = "orc"
    suffixes: ClassVar[frozenset[str]] = frozenset({".orc"})

    @classmethod
    def accepts(cls, spec: SourceSpec) -> bool:
        """A file that starts as ORC does and is no text (`ORC` may start a header)."""
        return spec.head.startswith(MAGIC) and (b"\0" in spec.head or spec.suffix in cls.suffixes)

    @classmethod
    def is_fragile(cls, spec: SourceSpec) -> bool:  # noqa: ARG003 - all are
        """Always: Arrow's reader of ORC trusts what a file says of itself."""
        return True

    @classmethod
    def relations(cls, spec: SourceSpec) -> list[Relation]:
        """The one table in it."""
        from pyarrow import orc

        path = stored_path(spec)
        try:
            return [OrcRelation(spec, path, orc.ORCFile(path))]
        except ARROW_ERRORS as error:
            raise damaged(spec.display, "ORC file", error) from error


class OrcRelation(ArrowRelation):
    """The records of an ORC file."""

    def __init__(self, spec: SourceSpec, path: Path, reader: orc.ORCFile) -> None:
        super().__init__(spec.stem, spec.display, "orc")
        self._path = path
        self.declare(reader.schema)
        self.size, self.row_estimate = path.stat().st_size, reader.nrows

    def arrow_batches(self) -> Iterator[ArrowBatch]:
        """A batch for each stripe; one that cannot be read is left out."""
        from pyarrow import orc

        reader, first = orc.ORCFile(self._path), 0
        for stripe in range(reader.nstripes):
            try:
                batch = reader.read_stripe(stripe)
            except ARROW_ERRORS as error:
                self.unread(self.uri, f"stripe {stripe + 1}", error)
                continue
            yield ArrowBatch(batch, self.uri, first, (self.size or 0) * stripe // reader.nstripes)
            first += batch.num_rows
