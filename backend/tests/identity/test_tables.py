"""Which table continues which; more in `test_merge.py`."""

from __future__ import annotations

from ddgen.identity.tables import match_tables
from ddgen.model.dictionary import Field, Table


def table(name: str, *paths: str, **more: str) -> Table:
    fields = [Field(path=path, name=path, position=1, data_type="string") for path in paths]
    return Table(id=name, name=name, uri=f"{name}.csv", format="csv", fields=fields, **more)


def test_many_tables_of_other_names_are_each_matched_once() -> None:
    old = [
        table(f"a{chr(97 + n % 26)}{chr(97 + n // 26)}x", "id", f"f{n}", f"g{n}", f"h{n}", f"i{n}") for n in range(300)
    ]
    new = [Table(**one.model_dump() | {"name": f"new_{one.name}", "uri": "x"}) for one in reversed(old)]
    matches = match_tables(new, old)
    assert [match and (match[0].name, match[1]) for match in matches] == [(one.name, "fields") for one in reversed(old)]


def test_nothing_is_matched_by_an_empty_pattern_or_by_no_fields() -> None:
    assert match_tables([table("2024", "a"), table("new")], [table("2023", "b"), table("old")]) == [None, None]


def test_of_two_by_one_name_the_one_with_the_same_record_path() -> None:
    one, other = table("d", "a", record_path="x[]"), table("d", "a", record_path="y[]")
    [found] = match_tables([table("d", "a", record_path="y[]")], [one, other])
    assert found == (other, "name")
