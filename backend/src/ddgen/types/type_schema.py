"""The JSON Schema of type files, with which editors check and complete them, and what each key of them means."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from ddgen.model.types import DataType
from ddgen.types import lists, validators
from ddgen.types.declaration import Declaration
from ddgen.types.type_files import OWN

MEANINGS = {
    "Declaration": "A semantic type: what values look like, what fields of it are called, and what follows",
    "Declaration.id": "Two words with a point between: acme.policy_number. A type of the same id is replaced",
    "Declaration.extends": "The id of a type of which everything is taken over that is not said anew",
    "Declaration.title": "What a person calls it, in the singular: Policy number",
    "Declaration.group": "Under what it is listed: person, finance, custom ...",
    "Declaration.base": "Data types that a field of it may have; string if nothing is said",
    "Declaration.values": "How single values look",
    "Declaration.names": "What fields of it are called",
    "Declaration.decide": "What has to agree before a field is said to be of it",
    "Declaration.pii": "Whether its values are personal data; nothing if they are not",
    "Declaration.llm": "What a model may see of its values",
    "Declaration.unit": "The unit of its values: s, kg, EUR ...",
    "Declaration.parent": "The type as which a field of this one counts: this one is another form of it",
    "Declaration.refines": "Types of which this one is a case: where both fit, this one is preferred",
    "Declaration.examples": "Values that it must accept; `ddgen types check` tests them",
    "Declaration.counter_examples": "Values that it must not accept; `ddgen types check` tests them",
    "Values": "How single values look; blanks around a value do not count",
    "Values.regex": "An expression for the whole value, in RE2's syntax: neither lookaround nor backreferences",
    "Values.flags": "i: capital and small letters are alike",
    "Values.strip": "Characters taken out before the list, the check and min_len",
    "Values.validator": "A check by its name, or stdnum. and a module of python-stdnum: stdnum.iban",
    "Values.min_len": "The fewest characters, those of `strip` not counted",
    "Values.max_len": "The most characters",
    "Values.int_pad": "Whole numbers get zeros in front up to so many digits: leading zeros may be lost",
    "Values.invalid": "Values that are never of it, such as 000-00-0000",
    "Values.list": "A list of members: one that comes with ddgen, or file: and a path beside this file. "
    "Of a CSV the first column counts, or the one named behind #: file:codes.csv#code",
    "Values.min": "The least number",
    "Values.max": "The greatest number",
    "Values.share": "The share of values that must be on the list or pass the check; of the others the form is enough",
    "Values.share_named": "The same where the name says the type",
    "Names": "Expressions over the words of a name, in lower case, abbreviations written out, joined by _; they match "
    "whole words",
    "Names.whole": "The whole name",
    "Names.strong": "Words that say the type",
    "Names.weak": "Words that hint at it",
    "Names.veto": "Words that say it is another thing",
    "Decide": "What has to agree",
    "Decide.need": "values: they are enough; names: the name is enough; both: each must say so",
    "Decide.min_match": "The share of different values that must match",
    "Decide.chance": "The share of arbitrary values of the same look that match: it decides how many different values "
    "are needed where the name says nothing",
    "Decide.min_distinct": "The fewest different values that are needed where the name says nothing",
    "Decide.max_distinct": "The most different values that a field of it has",
    "Decide.floor": "The share of different values that must match where the name says the type",
    "Decide.conf": "The highest confidence",
    "Pii": "What the values say of a person",
    "Pii.category": "contact, identity, government_id, financial, health, location, online, credential, special ...",
    "Pii.sensitivity": "0 public, 1 internal, 2 confidential, 3 restricted; from 2 on values are not shown",
    "Pii.gdpr": "The article that speaks of it: art4, art9, art10 or art87",
    "Pii.ccpa": "pi (personal information) or sensitive",
    "Pii.hipaa": "The letter of the Safe Harbor list, A to R",
    "Pii.pci": "Whether the rules for payment cards speak of it",
    "Llm": "What a model may see",
    "Llm.send": "none, shape (as in AAA-9999) or values; values need that many records share them",
    "Llm.mask": "How a value is shown in its place",
}
"""What each part and key means, for people."""

_NEEDED = ("title", "group", "decide")


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a file of types."""
    made: dict[str, Any] = Declaration.model_json_schema()
    parts: dict[str, Any] = {name: part for name, part in made.pop("$defs").items() if name != "Scan"}
    parts["Declaration"] = _type(made)
    for name, part in parts.items():
        part["description"] = MEANINGS[name]
        for key, said in part["properties"].items():
            part["properties"][key] = _plain(said) | {"description": MEANINGS[f"{name}.{key}"]}
    _complete(parts)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "ddgen semantic types",
        "type": "array",
        "items": {"$ref": "#/$defs/Declaration"},
        "$defs": parts,
    }


def _type(made: dict[str, Any]) -> dict[str, Any]:
    """A type: what it needs may come from the one that it extends."""
    keys = {key: said for key, said in made["properties"].items() if key not in OWN}
    first = {"id": keys.pop("id"), "extends": {"type": "string"}}
    needs = [{"required": ["extends"]}, {"required": list(_NEEDED)}]
    return {**made, "properties": {**first, **keys}, "required": ["id"], "anyOf": needs}


def _plain(said: dict[str, Any]) -> dict[str, Any]:
    """A key without the titles that the library makes, and without defaults, which are not what `extends` gives."""
    return {name: value for name, value in said.items() if name not in {"title", "default"}}


def _complete(parts: dict[str, Any]) -> None:
    """Add the words that an editor may offer."""
    values = parts["Values"]["properties"]
    _offer(values["validator"], sorted(validators.NAMED), "^stdnum[.]")
    _offer(values["list"], sorted(shipped_lists()), f"^{lists.FILE}")
    parts["Declaration"]["properties"]["base"]["items"] = {"enum": [kind.value for kind in DataType]}


def _offer(key: dict[str, Any], words: list[str], pattern: str) -> None:
    key["anyOf"] = [{"enum": words}, {"type": "string", "pattern": pattern}, {"type": "null"}]


def shipped_lists() -> list[str]:
    """The lists that come with ddgen."""
    found = files("ddgen.types").joinpath("lists").iterdir()
    return [file.name.removesuffix(".txt") for file in found if file.name.endswith(".txt")]
