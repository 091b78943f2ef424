"""`ddgen types`, run for real: what there is, what values are of, and whether one's own types are in order."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
from ruamel.yaml import YAML

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
