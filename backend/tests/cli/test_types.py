"""`ddgen types`, run for real: what there is, what values are of, and whether one's own types are in order."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
from ruamel.yaml import YAML

from ddgen.cli import type_view
from ddgen.types.table import standard

Run = Callable[..., subprocess.CompletedProcess[str]]
GOOD = """\
- id: acme.policy
  title: Policy number
  group: acme
  values: {regex: "POL-[0-9]{4}"}
  names: {strong: ["policy_(no|number)"]}
  decide: {need: values, chance: 0.0001, min_distinct: 2}
  pii: {category: identifier, sensitivity: 2, gdpr: art4}
  examples: [POL-1234]
  counter_examples: [POL-1]
- id: contact.email
  extends: contact.email
  title: Mail
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "acme.yaml"
    path.write_text(GOOD, encoding="utf-8")
    return path


def listed(ddgen: Run, *arguments: object) -> dict[str, dict[str, object]]:
    return {one["id"]: one for one in json.loads(ddgen("types", *arguments, "--json").stdout)}


def test_all_types_are_listed(ddgen: Run) -> None:
    done = ddgen("types", env={"COLUMNS": "150"})
    assert (done.returncode, done.stderr) == (0, "")
    assert [one.id for one in standard() if f" {one.id} " not in done.stdout] == []
    assert f"{len(standard())} types in" in done.stdout
    assert set(listed(ddgen)) == {one.id for one in standard()}


@pytest.mark.parametrize("width", [40, 80, 200])
def test_the_list_fits_the_terminal(ddgen: Run, width: int) -> None:
    for arguments in (["types"], ["types", "show", "contact.phone"]):
        lines = ddgen(*arguments, env={"COLUMNS": str(width)}).stdout.splitlines()
        assert max(map(len, lines)) <= width


def test_some_types_are_found(ddgen: Run, own: Path) -> None:
    assert set(listed(ddgen, "--find", "BIRTH")) >= {"person.date_of_birth", "person.birth_year"}
    assert {one["group"] for one in listed(ddgen, "--group", "health").values()} == {"health"}
    personal = listed(ddgen, "--personal")
    assert "contact.email" in personal
    assert "time.date" not in personal
    found = listed(ddgen, "--types", own, "--group", "acme")
    assert [(name, one["own"]) for name, one in found.items()] == [("acme.policy", True)]
    assert "0 types" in ddgen("types", "--find", "no such thing").stdout


def test_what_there_is_not_is_2(ddgen: Run) -> None:
    for arguments, said in (
        (["--group", "nothing"], "There is: categorical, contact"),
        (["show", "contact.emial"], "There is: contact.email"),
        (["show", "email"], "There is: contact.email"),
        (["test", "x", "--type", "contact.emial"], "There is: contact.email"),
        (["--types", "none.yaml"], "there are no types here"),
    ):
        done = ddgen("types", *arguments)
        assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
        assert said in done.stderr


def test_one_type_is_explained(ddgen: Run, own: Path) -> None:
    said = ddgen("types", "show", "finance.credit_card", env={"COLUMNS": "200"}).stdout
    for part in ("payment_card: A payment card's number", "PCI DSS", "4111 1111 1111 1111", "3 % of arbitrary values"):
        assert part in said
    said = ddgen("types", "show", "acme.policy", "--types", own).stdout
    for part in ("one of your own", "POL-[0-9]{4}", "identifier, medium sensitivity", "GDPR Art. 4(1)", "POL-1 "):
        assert part in said
    assert "phone_formatted" in ddgen("types", "show", "contact.phone").stdout
    found = json.loads(ddgen("types", "show", "contact.email", "--types", own, "--json").stdout)
    assert (found["title"], found["own"], found["values_needed"]) == ("Mail", True, 2)


def test_every_type_can_be_explained(capsys: pytest.CaptureFixture[str]) -> None:
    for one in standard():
        type_view.draw(one, standard())
        assert capsys.readouterr().out.startswith(f"{one.id} · ")
        assert type_view.document(one)["id"] == one.id


def tried(ddgen: Run, *arguments: object, **options: str) -> dict[str, dict[str, object]]:
    done = ddgen("types", "test", *arguments, "--json", **options)
    assert done.returncode == 0, done.stderr
    return {one["type"]: one for one in json.loads(done.stdout)["types"]}


def test_values_show_which_types_fit_and_why_others_do_not(ddgen: Run) -> None:
    assert tried(ddgen, "a@b.org", "c@d.org")["contact.email"]["claimed"]
    card = tried(ddgen, "4111111111111111")["finance.credit_card"]
    assert (card["fits"], card["miss"]) == (False, "too_few")
    assert "4 different values are needed, or a name that says it, such as credit_card" in str(card["why"])
    wrong = tried(ddgen, "4111111111111112", "--name", "card_no")["finance.credit_card"]
    assert (wrong["miss"], wrong["formed"], wrong["confirmed"]) == ("members", 1, 0)
    vetoed = tried(ddgen, "a@b.org", "--name", "email_sent")["contact.email"]
    assert (vetoed["miss"], "the name speaks against it: sent" in str(vetoed["why"])) == ("veto", True)
    named = tried(ddgen, "2", "4", "--name", "bathrooms", "--type", "location.postal_code")
    assert named["location.postal_code"]["miss"] == "unnamed"


def test_what_is_drawn_of_a_test(ddgen: Run, own: Path) -> None:
    said = ddgen("types", "test", "POL-1234", "POL-12", "--type", "acme.policy", "--types", own).stdout
    assert "1 of 2 different values have its form" in said
    assert "POL-12 does not match" in said
    said = ddgen("types", "test", "94107").stdout
    assert "No semantic type fits." in said
    assert "location.postal_code" in said.partition("Would fit if the name said so")[2]
    assert "Fits" in ddgen("types", "test", "POL-1234", "--name", "policy_no", "--types", own).stdout


def test_values_of_standard_input_are_not_shown(ddgen: Run) -> None:
    given = "536-90-4399\r\n\n123-45-678\n"
    done = ddgen("types", "test", "-", "--name", "ssn", "--type", "government.ssn", input=given)
    assert "line 2 does not match" in done.stdout
    assert "536" not in done.stdout + done.stderr
    assert "123" not in done.stdout + done.stderr
    empty = ddgen("types", "test", "-", input="\n\n")
    assert (empty.returncode, empty.stderr) == (2, "ddgen: standard input: there are no values. Give one a line\n")


def test_many_values_are_looked_at_as_in_a_build(ddgen: Run) -> None:
    given = "\n".join(f"user{n}@example.org" for n in range(5000))
    found = json.loads(ddgen("types", "test", "-", "--json", input=given).stdout)
    assert (found["values"], found["looked_at"]) == (5000, 100)
    assert "of which 100 are looked at" in ddgen("types", "test", "-", input=given).stdout


def test_files_in_order(ddgen: Run, own: Path) -> None:
    done = ddgen("types", "check", own)
    assert (done.returncode, done.stderr) == (0, "2 types, nothing wrong\n")
    assert done.stdout == "acme.policy  2 examples\ncontact.email  5 examples  in place of ddgen's own\n"


def test_every_mistake_of_a_file_is_a_line(ddgen: Run, own: Path) -> None:
    own.write_text(GOOD.replace("POL-[0-9]{4}", "(?=a)").replace("chance: 0.0001", "chance: 7"), encoding="utf-8")
    for arguments in (["types", "check", own], ["types", "--types", own], ["build", own, "--types", own]):
        done = ddgen(*arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert [line.partition(": ")[2].split(": ")[:3] for line in done.stderr.splitlines()] == [
            [f"{own}, line 4", "acme.policy", "values.regex"],
            [f"{own}, line 6", "acme.policy", "decide.chance"],
        ]


def test_examples_are_checked(ddgen: Run, own: Path) -> None:
    own.write_text(GOOD.replace("[POL-1234]", "[POL-12]").replace("[POL-1]", "[POL-9999]"), encoding="utf-8")
    done = ddgen("types", "check", own)
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        f"ddgen: {own}, line 8: acme.policy: examples: 'POL-12' does not match: it has another form",
        f"ddgen: {own}, line 9: acme.policy: counter_examples: 'POL-9999' matches",
    ]


def test_a_build_takes_types_from_the_option_and_from_the_environment(ddgen: Run, own: Path, tmp_path: Path) -> None:
    data = tmp_path / "cover.csv"
    data.write_text("nr\nPOL-1111\nPOL-2222\n", encoding="utf-8")

    def meaning(*arguments: object, **options: object) -> str | None:
        done = ddgen("build", data, "-q", "-o", "-", *arguments, **options)
        assert done.returncode == 0, done.stderr
        found = json.loads(done.stdout)["tables"][0]["fields"][0].get("semantic_type")
        return str(found) if found else None

    assert meaning() is None
    assert meaning("--types", own) == "acme.policy"
    assert meaning(env={"DDGEN_TYPES": str(own)}) == "acme.policy"
    (tmp_path / ".env").write_text("DDGEN_TYPES=acme.yaml\n", encoding="utf-8")
    assert meaning(cwd=tmp_path) == "acme.policy"


def test_a_preview_for_a_model_keeps_to_types_of_ones_own(ddgen: Run, own: Path, tmp_path: Path) -> None:
    data = tmp_path / "cover.csv"
    data.write_text("nr\n" + "POL-1111\nPOL-2222\n" * 9, encoding="utf-8")
    own.write_text(
        GOOD.replace("  pii: {category: identifier, sensitivity: 2, gdpr: art4}\n", "  llm: {send: none}\n"), "utf-8"
    )
    environment = {"OPENAI_BASE_URL": "http://localhost:9/v1", "OPENAI_MODEL": "m", "HOME": str(tmp_path)}
    for arguments, leaves in (([], True), (["--types", own], False)):
        done = ddgen("ai", "preview", data, *arguments, env=environment)
        assert done.returncode == 0, done.stderr
        assert ("AAA-9999" in done.stdout or "POL-1111" in done.stdout) is leaves


def test_the_published_schema_takes_what_the_program_takes(ddgen: Run, own: Path) -> None:
    schema = json.loads(ddgen("schema", "--types").stdout)
    document = YAML(typ="safe").load(own.read_text("utf-8"))
    jsonschema.Draft202012Validator(schema).validate(document)
    document[0]["values"]["regx"] = "x"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema).validate(document)
