"""The table of types: what comes with it holds to its own examples, and users replace and add."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from ddgen.errors import UsageError
from ddgen.types import table
from ddgen.types.declaration import Declaration
from ddgen.types.linear import Linear
from ddgen.types.table import load, standard
from ddgen.types.words import words_of

TYPES = list(standard())
WORDS = [
    ("vorname", "person.first_name"),
    ("apellidos", "person.last_name"),
    ("woonplaats", "location.city"),
    ("telefoonnummer", "contact.phone"),
    ("codigo_postal", "location.postal_code"),
    ("data_nascimento", "person.date_of_birth"),
    ("ragione_sociale", "organisation.company_name"),
    ("montant", "finance.money"),
]
HOSTILE = [
    "a" * 2000,
    "1" * 2000,
    "a," * 1000,
    "1 " * 1000,
    "a1," * 660,
    "{" * 2000,
    "(" * 2000,
    "/a" * 1000,
    "a." * 999,
]


@pytest.mark.parametrize(("name", "expected"), WORDS)
def test_fields_are_known_by_words_of_other_languages(name: str, expected: str) -> None:
    assert [one.id for one in TYPES if one.id == expected and one.named(name) == "strong"] == [expected]


def test_header_words_are_of_types_that_there_are_and_not_taken_apart() -> None:
    text = Path(table.__file__).with_name("header_words.yaml").read_text(encoding="utf-8")
    ids = [line.rstrip(":") for line in text.splitlines() if line and line[0] not in "# "]
    assert {one.id for one in TYPES} >= set(ids)
    assert len(ids) == len(set(ids))
    assert words_of("nom_complet") == ["nom", "complet"]


@pytest.mark.parametrize("one", TYPES, ids=lambda one: one.id)
def test_examples_are_accepted_and_counter_examples_are_not(one: Declaration) -> None:
    if one.tests_values:
        assert [text for text in one.examples if not one.accepts(text)] == []
        assert [text for text in one.counter_examples if one.accepts(text)] == []


@pytest.mark.parametrize("one", TYPES, ids=lambda one: one.id)
def test_every_type_that_tests_values_has_examples_and_one_that_does_not_needs_its_name(one: Declaration) -> None:
    if one.tests_values:
        assert one.examples
        assert one.counter_examples
    else:
        assert one.decide.need == "names"


@pytest.mark.parametrize("one", TYPES, ids=lambda one: one.id)
def test_every_expression_is_one_of_re2(one: Declaration) -> None:
    names = one.names
    for regex in (one.values.regex, *names.whole, *names.strong, *names.weak, *names.veto):
        if regex is not None:
            Linear(regex)


@pytest.mark.parametrize("one", TYPES, ids=lambda one: one.id)
def test_no_text_stalls_an_expression(one: Declaration) -> None:
    start = time.perf_counter()
    for text in HOSTILE:
        one.fits(text)
    assert time.perf_counter() - start < 2


def test_parents_and_refined_types_exist() -> None:
    known = {one.id for one in TYPES}
    named = {one.parent for one in TYPES if one.parent} | {name for one in TYPES for name in one.refines}
    assert named <= known


def test_there_are_types_of_every_group() -> None:
    assert len(TYPES) >= 150
    assert {"person", "contact", "location", "finance", "government_id", "health", "time"} <= {
        one.group for one in TYPES
    }


POLICY = """
- id: acme.policy_number
  title: Policy number
  group: custom
  values: {regex: "POL-[0-9]{4}"}
  names: {strong: ["policy_(no|number)"]}
  decide: {need: values, min_match: 0.95, chance: 0.00001}
  pii: {category: identifier, sensitivity: 2}
"""


def written(folder: Path, text: str, name: str = "types.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_users_file_adds_a_type(tmp_path: Path) -> None:
    types = load([written(tmp_path, POLICY)])
    added = types.get("acme.policy_number")
    assert added is not None
    assert added.accepts("POL-1234")
    assert not added.accepts("POL-12345")
    assert added.named("my_policy_number_2") == "strong"
    assert added.named("policy") is None
    assert len(types) == len(TYPES) + 1


def test_a_later_file_of_a_folder_replaces_a_type_by_its_id(tmp_path: Path) -> None:
    written(tmp_path, POLICY, "a.yaml")
    written(tmp_path, POLICY.replace("POL-", "P"), "b.yml")
    found = load([tmp_path]).get("acme.policy_number")
    assert found is not None
    assert found.accepts("P1234")
    assert not found.accepts("POL-1234")


def test_a_type_extends_a_standard_one(tmp_path: Path) -> None:
    text = '- {id: acme.mail, extends: contact.email, title: Mail, values: {regex: ".*@acme[.]com"}}'
    found = load([written(tmp_path, text)]).get("acme.mail")
    assert found is not None
    assert found.group == "contact"
    assert found.accepts("a@acme.com")


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no types here"):
        load([tmp_path / "none.yaml"])
    with pytest.raises(UsageError, match="no YAML files"):
        load([tmp_path])


def test_a_users_expression_that_would_backtrack_for_ever_takes_no_time(tmp_path: Path) -> None:
    types = load([written(tmp_path, POLICY.replace("POL-[0-9]{4}", "(a+)+b"))])
    found = types.get("acme.policy_number")
    assert found is not None
    start = time.perf_counter()
    assert not found.accepts("a" * 3000)
    assert time.perf_counter() - start < 1


def test_a_users_list_comes_from_a_file(tmp_path: Path) -> None:
    written(tmp_path, "# codes\nAlpha\nBeta\n", "codes.txt")
    text = POLICY.replace('regex: "POL-[0-9]{4}"', 'list: "file:codes.txt"')
    found = load([written(tmp_path, text)]).get("acme.policy_number")
    assert found is not None
    assert found.accepts("ALPHA")
    assert not found.accepts("gamma")


def test_a_value_shows_which_types_match_it() -> None:
    found = [one.id for one in standard().matching("DE89370400440532013000")]
    assert "finance.iban" in found
    assert "contact.email" not in found
