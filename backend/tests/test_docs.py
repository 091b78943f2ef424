"""The documentation says what the program does."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from ddgen import registry
from ddgen.cli.main import app

ROOT = Path(__file__).parents[2]
PAGES = {path.name: path.read_text(encoding="utf-8") for path in [*(ROOT / "docs").glob("*.md"), *ROOT.glob("*.md")]}
GROUP: Any = typer.main.get_command(app)
README_LINES = 150


def leaves(group: Any, above: str = "") -> Iterator[tuple[str, Any]]:
    """Every command below a group by its whole name."""
    for name, what in group.commands.items():
        if hasattr(what, "commands"):
            if what.invoke_without_command:
                yield f"{above}{name}", what
            yield from leaves(what, f"{above}{name} ")
        else:
            yield f"{above}{name}", what


COMMANDS = dict(leaves(GROUP))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_and_option_is_documented(command: str) -> None:
    page = PAGES["cli.md"]
    spellings = {spelling for parameter in COMMANDS[command].params for spelling in parameter.opts if "-" in spelling}
    assert f"## ddgen {command}" in page
    assert not {spelling for spelling in spellings if spelling not in page}


@pytest.mark.parametrize(
    ("family", "page"), [("exporters", "exporters.md"), ("sources", "sources.md"), ("openers", "inside.md")]
)
def test_everything_registered_is_documented(family: str, page: str) -> None:
    assert not [name for name in registry.names(family) if f"`{name}`" not in PAGES[page]]


def test_generated_parts_are_up_to_date() -> None:
    command = [sys.executable, str(ROOT / "docs/generate.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def test_links_between_pages_lead_somewhere() -> None:
    broken = [
        (page, link)
        for folder in (ROOT, ROOT / "docs")
        for page in folder.glob("*.md")
        for link in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8"))
        if not (page.parent / link).exists()
    ]
    assert broken == []


@pytest.mark.parametrize("page", ["README.md", "python.md", "ai.md"])
def test_python_in_pages_runs(page: str, tmp_path: Path) -> None:
    for name in ("orders.jsonl", "shop.sqlite"):
        (tmp_path / name).symlink_to(ROOT / "samples/shop" / name)
    blocks = re.findall(r"```python\n(.*?)```", PAGES[page], re.DOTALL)
    assert blocks
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(blocks)], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_readme_is_short() -> None:
    assert len(PAGES["README.md"].splitlines()) <= README_LINES


def documented_commands() -> list[str]:
    blocks = re.findall(r"```(?:sh|text)\n(.*?)```", "\n".join(PAGES.values()), re.DOTALL)
    lines = [
        line.split("  ")[0].split(" # ")[0].strip() for block in blocks for line in map(str.strip, block.splitlines())
    ]
    return sorted({line for line in lines if line.startswith("ddgen ") and "OPTIONS" not in line})


@pytest.mark.parametrize("line", documented_commands())
def test_documented_commands_are_understood(line: str) -> None:
    words = shlex.split(re.split(r" [|>] ", line, maxsplit=1)[0])[1:]
    command: Any = GROUP
    while hasattr(command, "commands") and words and words[0] in command.commands:
        command = command.commands[words.pop(0)]
    if command is GROUP:
        assert words[0].startswith("--")
        return
    assert "--help" in words or command.make_context("ddgen", words) is not None


def test_commands_of_the_page_for_stewards_run(tmp_path: Path) -> None:
    (tmp_path / "samples").symlink_to(ROOT / "samples")
    blocks = re.findall(r"```sh\n(.*?)```", PAGES["personal-data.md"], re.DOTALL)
    lines = [line.partition(" # ")[0].strip() for block in blocks for line in block.splitlines()]
    assert len(lines) >= 5
    told = []
    for line in lines:
        command = [sys.executable, "-m", *shlex.split(line)]
        done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, cwd=tmp_path)
        assert done.returncode == 0, (line, done.stderr)
        told.append(done.stdout)
    assert "contact, medium sensitivity" in told[1]
    assert "g***@example.net" in told[1]
    assert "george." in told[3]
    assert "george." not in told[1]
    cleared = json.loads((tmp_path / "dictionary.json").read_text(encoding="utf-8"))["tables"][0]["fields"]
    assert next(field for field in cleared if field["path"] == "city")["not_personal"]


def test_commands_of_the_page_for_reviewers_run(tmp_path: Path) -> None:
    (tmp_path / "samples").symlink_to(ROOT / "samples")
    blocks = re.findall(r"```sh\n(.*?)```", PAGES["review.md"], re.DOTALL)
    lines = [line.partition(" # ")[0].strip() for block in blocks for line in block.splitlines()]
    assert len(lines) >= 15
    for line in lines:
        command = [sys.executable, "-m", *shlex.split(line)]
        done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, cwd=tmp_path)
        assert done.returncode == 0, (line, done.stderr)
    document = json.loads((tmp_path / "dictionary.json").read_text(encoding="utf-8"))
    email = next(field for field in document["tables"][0]["fields"] if field["path"] == "email")
    assert email["description"] == "Where invoices go."
    assert {review["action"] for review in document["reviews"]} == {"approve", "reject", "edit", "undo"}
    page = (tmp_path / "published.html").read_text(encoding="utf-8")
    assert "Where invoices go." in page
    assert document["tables"][0]["description"] not in page


def test_make_targets_in_the_documentation_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    named = set(re.findall(r"(?:`|^)make ([a-z-]+)", "\n".join(PAGES.values()), re.MULTILINE))
    assert named <= targets
    assert {"run", "test", "setup", "lint", "bench", "docs", "wheel"} <= named | targets


@pytest.mark.parametrize("page", ["types.md", "relations.md", "glossary.md", "diff.md"])
def test_commands_in_pages_print_what_stands_there(page: str) -> None:
    command = [sys.executable, str(ROOT / "docs/console.py"), "--check", page]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
