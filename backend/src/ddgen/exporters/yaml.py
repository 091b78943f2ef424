"""YAML for git: what people write, and what they need to see while writing; stable from one day's data to the next.

Exact statistics, dates and counts are left to the JSON form. The facts here are coarse: they change when the
data changes its nature, not when rows are added. Texts that some YAML reader could take for another type
(`no`, `1e3`, `0123`) are quoted, so that YAML 1.1 and 1.2 readers agree.
"""

from __future__ import annotations

import io
from typing import Any

from pydantic import BaseModel
from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString

from ddgen.exporters import changes, codes, editable, personal, text, yaml_comments
from ddgen.exporters.base import Exporter
from ddgen.exporters.coarse import closed_list, field_facts, table_facts
from ddgen.model.claim import Kind, Origin, Status, winner
from ddgen.model.dictionary import Dictionary, Field, Relationship, Table
from ddgen.model.questions import open_questions

FORMAT = "ddgen-yaml/1"
NO_BASE = "nothing"
"""What the base says where nothing stood that people may edit."""

HEADER = """\
# A data dictionary for version control, written by ddgen.
# Edit names, texts, owner, note, semantic_type and pii, or say status: approved; then
# `ddgen import FILE --into DICTIONARY.json` takes that home. The lines `base` tell what you changed: leave them.
# Facts are coarse on purpose: new rows change nothing here. Exact figures stand in the JSON form.
"""
_OTHER_TYPES = frozenset("y n yes no on off true false null nan inf".split())
_LINE = 1 << 30


class YamlExporter(Exporter):
    """One document; tables and fields in the dictionary's order, each text on one line or in a literal block."""

    name = "yaml"
    suffixes = (".yaml", ".yml")
    media_type = "application/yaml"

    def render(self, dictionary: Dictionary, options: BaseModel) -> bytes:  # noqa: ARG002 - it has no options
        """The document in UTF-8."""
        yaml = YAML()
        yaml.width = _LINE
        yaml.indent(mapping=2, sequence=4, offset=2)
        out = io.StringIO()
        yaml.dump(_document(dictionary), out)
        return (HEADER + text.visible(out.getvalue(), keep="\n")).encode()

    def over(self, content: bytes, standing: bytes) -> bytes:
        """The content with the comments that people have written into the file that stands there."""
        try:
            before = standing.decode("utf-8-sig")
        except UnicodeDecodeError:
            return content
        if b"#" not in standing or FORMAT not in before:
            return content
        return yaml_comments.kept(content.decode(), before, _OURS).encode()


_OURS = frozenset(
    [
        *HEADER.splitlines(),
        "# Names, texts and what the data shows, for reading and comparing; people's edits belong into the JSON form.",
    ]
)
"""Comments that ddgen writes, or once did."""


def _document(dictionary: Dictionary) -> Any:
    return _node(
        {
            "format": FORMAT,
            "name": dictionary.name,
            "personal_values": "masked" if dictionary.masked else "in clear",
            "tables": [_table(table) for table in dictionary.tables],
            "relationships": [_relationship(link) for link in dictionary.relationships],
            "questions": [question.text for question in open_questions(dictionary.tables)],
        }
    )


def _table(table: Table) -> dict[str, Any]:
    return {
        "name": table.name,
        "business_name": table.business_name,
        "description": table.description,
        "grain": table.grain,
        "comment": table.comment if table.comment != table.description else None,
        "owner": table.owner,
        "note": table.note,
        "status": _status(table),
        "written_by": _written_by(table),
        "base": base(table),
        "source": {"uri": table.uri, "format": table.format, "record_path": table.record_path},
        "facts": table_facts(table),
        "primary_key": table.primary_key,
        "removed": table.removed or None,
        "fields": [_field(field) for field in table.fields],
    }


def _field(field: Field) -> dict[str, Any]:
    return {
        "path": field.path,
        "business_name": field.business_name,
        "description": field.description,
        "comment": field.comment if field.comment != field.description else None,
        "owner": field.owner,
        "note": field.note,
        "status": _status(field),
        "written_by": _written_by(field),
        "base": base(field),
        "data_type": field.data_type,
        "physical_type": field.physical_type,
        "holds": field.holds,
        "inside": field.inside,
        "semantic_type": field.semantic_type,
        "pii": _pii(field),
        "unit": field.unit,
        "tags": field.tags,
        "key": text.key(field) or None,
        "references": field.references,
        "facts": field_facts(field),
        "codes": _codes(field),
        "values": closed_list(field) if field.codes is None else [],
        "renamed_from": changes.renamed(field) or None,
        "stale": changes.stale(field) or None,
        "removed": field.removed or None,
    }


def _status(thing: Table | Field) -> str | None:
    """What people decided on name and description; nothing where that is still open."""
    said = editable.status(thing)
    return said if said != "suggested" else None


def base(thing: Table | Field) -> str:
    """A digest of each text that people may edit, by which it is known again whether they did: `note 0a1b2c3d, ...`."""
    said = {key: content for key, content in editable.cells(thing).items() if content}
    if said.get(editable.STATUS) == "suggested":
        del said[editable.STATUS]
    return ", ".join(f"{key} {editable.digest(content)}" for key, content in said.items()) or NO_BASE


def _pii(field: Field) -> Any:
    """Class, sensitivity, laws and who says so; else what came of the search. Reasons have counts, and are left out."""
    if field.pii is None:
        return personal.search(field) or None
    claim = winner(field.claims, Kind.PII)
    return {
        "category": field.pii.category,
        "sensitivity": field.pii.sensitivity,
        "laws": field.pii.laws,
        "by": claim.origin.value if claim else None,
        "values_shown": personal.shown_as(field) or None,
    }


def _codes(field: Field) -> Any:
    """The codes in the order of their values, which stays when counts change."""
    if field.codes is None or not field.codes.codes:
        return None
    ranked = sorted(field.codes.codes, key=lambda code: (isinstance(code.value, str), text.value(code.value)))
    listed = [{"value": code.value, "label": code.label} for code in ranked]
    return {"explained": codes.explained(field.codes), "list": listed}


def _written_by(thing: Table | Field) -> str | None:
    """`business_name by rule, description by human`; what became of a machine's text only where a person judged it."""
    winners = [winner(thing.claims, kind) for kind in (Kind.BUSINESS_NAME, Kind.DESCRIPTION, Kind.GRAIN)]
    parts = [
        f"{claim.kind.value} by {claim.origin.value}"
        + (" (approved)" if claim.status is Status.APPROVED and claim.origin is not Origin.HUMAN else "")
        for claim in winners
        if claim
    ]
    return ", ".join(parts) or None


def _relationship(link: Relationship) -> dict[str, Any]:
    return {"from": link.from_, "to": link.to, "kind": link.kind}


def _node(value: Any) -> Any:
    if isinstance(value, dict):
        members = {name: _node(member) for name, member in value.items()}
        return {name: member for name, member in members.items() if member is not None and member not in ([], {})}
    if isinstance(value, list):
        return [_node(item) for item in value]
    return _scalar(value) if isinstance(value, str) else value


def _scalar(content: str) -> str:
    if plain(content):
        return content
    lines = content.split("\n")
    if len(lines) > 1 and content[0] not in "\n " and all(map(_block_line, lines)):
        literal: str = LiteralScalarString(content)
        return literal
    quoted: str = DoubleQuotedScalarString(content)
    return quoted


def _block_line(line: str) -> bool:
    return line.isprintable() and not line.endswith(" ")


def plain(content: str) -> bool:
    """Whether the text needs no quotes: every YAML reader takes it for this very text."""
    return (
        content[:1].isalpha()
        and content.isprintable()
        and content.casefold() not in _OTHER_TYPES
        and ": " not in content
        and " #" not in content
        and not content.endswith((":", " "))
    )
