from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import orc

from ddgen.errors import InputError
from ddgen.sources.orc import OrcSource

from .binary_cases import codes, data_types, records, spec_of


def test_a_file_is_read_stripe_by_stripe(tmp_path: Path) -> None:
    rows = [{"n": n, "s": {"d": dt.date(2024, 1, 1)}, "l": [n, None]} for n in range(5000)]
    orc.write_table(pa.Table.from_pylist(rows), tmp_path / "a.orc", stripe_size=1024)
    spec = spec_of(tmp_path / "a.orc")
    assert OrcSource.accepts(spec)
    [relation] = OrcSource.relations(spec)
    assert records(relation) == rows
    assert relation.row_estimate == 5000
    assert data_types(relation) == {"n": "integer", "s": "object", "s.d": "date", "l": "array", "l[]": "integer"}
    assert codes(relation) == []


def test_half_a_file_is_refused_as_damaged(tmp_path: Path) -> None:
    orc.write_table(pa.table({"n": list(range(1000))}), tmp_path / "a.orc")
    data = (tmp_path / "a.orc").read_bytes()
    (tmp_path / "half.orc").write_bytes(data[: len(data) // 2])
    with pytest.raises(InputError) as caught:
        OrcSource.relations(spec_of(tmp_path / "half.orc"))
    assert caught.value.code == "damaged"


def test_a_damaged_stripe_is_told(tmp_path: Path) -> None:
    path = tmp_path / "bad.orc"
    orc.write_table(pa.table({"t": [f"value {n}" for n in range(2000)]}), path, compression="zlib")
    data = bytearray(path.read_bytes())
    data[40:400] = b"\xff" * 360
    path.write_bytes(data)
    [relation] = OrcSource.relations(spec_of(path))
    assert records(relation) == []
    assert codes(relation) == ["damaged"]
    assert "stripe 1" in relation.problems[0].message


def test_a_text_that_begins_with_the_magic_is_no_orc(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("ORC,elf\n1,2\n")
    assert not OrcSource.accepts(spec_of(tmp_path / "a.csv"))
