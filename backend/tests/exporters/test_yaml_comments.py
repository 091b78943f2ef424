"""Comments of people in YAML stay when it is written anew."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from ddgen.exporters.base import NoOptions
from ddgen.exporters.write import Output, write_output
from ddgen.exporters.yaml import YamlExporter
from ddgen.exporters.yaml_comments import GONE, comments, kept
from ddgen.model.claim import Claim, Kind, Origin

from . import dictionaries

OLD = """\
# ours
# Owned by sales.
name: shop  # short for web shop
tables:
  # the main one
  - name: orders # where it began
    # see the wiki
    description: |-
      # no comment
      but a text
    fields: # all
      - path: id
        note: "a # b"
      # gone soon
      - path: old
# last words
"""
NEW = """\
# ours
name: shop
tables:
  - name: orders
    owner: Bo
    description: |-
      # no comment
      and a new text
    fields:
      - path: id
        note: "c # d"
"""


def test_comments_stay_with_what_they_are_about() -> None:
    lines = kept(NEW, OLD, {"# ours"}).splitlines()
    assert lines[:4] == ["# ours", "# Owned by sales.", "name: shop  # short for web shop", "tables:"]
    assert lines[4:6] == ["  # the main one", "  - name: orders  # where it began"]
    assert lines[7] == "    # see the wiki"
    assert "    fields:  # all" in lines
    assert lines[-3:] == ["# last words", GONE, "# gone soon  (tables orders fields old path)"]


def test_writing_again_changes_nothing_more() -> None:
    once = kept(NEW, OLD, {"# ours"})
    assert kept(NEW, once, {"# ours"}) == once


def test_a_broken_file_loses_no_comment() -> None:
    said = kept(NEW, "name: [\n# kept\n", {"# ours"})
    assert said == f"{NEW}# kept\n"


@given(st.lists(st.integers(min_value=0, max_value=len(OLD.splitlines()) - 1), max_size=6))
def test_no_comment_is_ever_lost(places: list[int]) -> None:
    block = {8, 9}
    lines = [
        f"# mark {number}\n{line}" if number in places and number not in block else line
        for number, line in enumerate(OLD.splitlines())
    ]
    old = "\n".join(lines) + "\n"
    new = kept(NEW, old, {"# ours"})
    assert YAML(typ="safe").load(new) == YAML(typ="safe").load(NEW)
    told = [one.said.partition("  (")[0] for one in comments(new)]
    assert not [one.said for one in comments(old) if one.said not in told]


def test_a_yaml_output_keeps_the_comments_of_the_file_that_stands_there(tmp_path: Path) -> None:
    shop = dictionaries.shop()
    path = write_output(shop, Output(tmp_path / "d.yaml"))[0]
    first = path.read_text(encoding="utf-8")
    path.write_text(first.replace("  - name: orders", "  # mine\n  - name: orders"), encoding="utf-8")
    shop.tables[0].claims.append(Claim(kind=Kind.DESCRIPTION, value="New.", origin=Origin.HUMAN))
    shop.settle()
    write_output(shop, Output(path))
    second = path.read_text(encoding="utf-8")
    assert "  # mine\n  - name: orders" in second
    assert YAML(typ="safe").load(second) == YAML(typ="safe").load(YamlExporter().render(shop, NoOptions()))
