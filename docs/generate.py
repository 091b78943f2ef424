"""Writes the generated parts of the documentation from the program itself.

    python docs/generate.py            write them
    python docs/generate.py --check    change nothing; exit code 1 and the names of pages that would change

A generated part stands between `<!-- generated: NAME -->` and `<!-- end -->`.
"""

from __future__ import annotations

import ast
import inspect
import itertools
import json
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import typer

from ddgen import errors, registry
from ddgen.api.problem_types import TYPES
from ddgen.cli import type_view
from ddgen.cli.main import app
from ddgen.diff import rules
from ddgen.semantics import verdict
from ddgen.settings import AiSettings, variable_of
from ddgen.types import type_schema
from ddgen.types.table import standard

HERE = Path(__file__).parent
PAGES = (
    "cli.md",
    "exporters.md",
    "sources.md",
    "exit-codes.md",
    "ai.md",
    "semantic-types.md",
    "types.md",
    "diff.md",
    "api.md",
)
OPENAPI = "openapi.json"
_PART = re.compile(r"(<!-- generated: (?P<name>[\w-]+) -->\n).*?(<!-- end -->)", re.DOTALL)

_MEANINGS = {
    0: "Done.",
    1: "An error of ours. Run again with `--debug` and report what it prints.",
    2: "Wrong usage: an unknown option, format, table or field.",
    3: "The input had problems. They are told on standard error and in the dictionary, which holds the rest. "
    "Or the store cannot be used.",
    4: "An output could not be written. Other outputs of the same run are.",
    5: "A model was asked for and wrote not one text. The dictionary is complete, with texts by rule.",
    6: "A gate does not let a change pass: `ddgen check`, or `ddgen diff --fail-on`. What changed is told.",
    130: "Interrupted with Ctrl-C. What was read until then is in the outputs, marked as not complete.",
}


def table(header: list[str], rows: list[list[str]]) -> str:
    """A Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def commands() -> str:
    """Every command with its examples, arguments and options."""
    return "\n".join(command(name, what) for name, what in leaves(typer.main.get_command(app)))


def leaves(group: Any, above: str = "") -> Iterator[tuple[str, Any]]:
    """Every command below a group by its whole name, such as `ai check`; groups too that do something themselves."""
    for name, what in group.commands.items():
        if hasattr(what, "commands"):
            if what.invoke_without_command:
                yield f"{above}{name}", what
            yield from leaves(what, f"{above}{name} ")
        else:
            yield f"{above}{name}", what


def command(name: str, what: Any) -> str:
    """One command as a section."""
    context = what.make_context(f"ddgen {name}", [], resilient_parsing=True)
    intro, _, examples = what.help.partition("\b\n")
    usage = " ".join(what.collect_usage_pieces(context)).replace("{", "").replace("}", "")
    block = examples.replace("\b\n", "").strip()
    rows = [[f"`{spelling}`", said] for spelling, said in parameters(what)]
    options = table(["Argument or option", "Meaning"], rows) if rows else ""
    return f"## ddgen {name}\n\n{intro.strip()}\n\n```text\nddgen {name} {usage}\n\n{block}\n```\n\n{options}"


def parameters(what: Any) -> Iterator[tuple[str, str]]:
    """How each parameter of a command is written, and what it means."""
    for parameter in what.params:
        said = " ".join((parameter.help or "").split())
        if parameter.param_type_name == "argument":
            yield parameter.metavar or parameter.name, said
        else:
            value = f" {parameter.metavar}" if parameter.metavar else ""
            yield ", ".join(parameter.opts) + value, said


def exporters() -> str:
    """Every output format with its suffixes and settings."""
    rows = []
    for name, exporter in registry.each("exporters"):
        fields = exporter.Options.model_fields.items()
        settings = "; ".join(
            f"`{setting}={field.get_default()}` {field.description or ''}" for setting, field in fields
        )
        suffixes = ", ".join(f"`{suffix}`" for suffix in exporter.suffixes)
        rows.append([f"`{name}`", suffixes, exporter.media_type, settings])
    return table(["Format", "Suffixes", "Media type", "Settings (`--option`)"], rows)


def sources() -> str:
    """Every kind of input with its suffixes, in the order in which they are asked."""
    rows = []
    for name, source in registry.each("sources"):
        suffixes = ", ".join(f"`{suffix}`" for suffix in sorted(source.suffixes))
        rows.append([f"`{name}`", suffixes or "by content", (source.__doc__ or "").strip().split("\n")[0]])
    return table(["Kind", "Suffixes", "What"], rows)


def exit_codes() -> str:
    """Every exit code with its meaning and the errors that lead to it."""
    kinds: dict[int, list[str]] = {}
    for name, kind in vars(errors).items():
        if isinstance(kind, type) and issubclass(kind, errors.DdgenError):
            kinds.setdefault(kind.exit_code, []).append(f"`{name}`")
    rows = [[str(code), meaning, ", ".join(kinds.get(code, []))] for code, meaning in _MEANINGS.items()]
    return table(["Code", "Meaning", "Errors"], rows)


def ai_settings() -> str:
    """Every setting of models: its variable, its default and its meaning."""
    rows = []
    for name, setting in AiSettings.model_fields.items():
        default = "" if setting.default is None else str(getattr(setting.default, "value", setting.default))
        shown = f"`{default.lower() if isinstance(setting.default, bool) else default}`" if default else ""
        rows.append([f"`{variable_of(name)}`", shown, setting.description or ""])
    return table(["Variable", "Default", "Meaning"], rows)


def semantic_types() -> str:
    """Every semantic type by group: id, title, personal data, example, and how many values tell it without a name."""
    groups: dict[str, list[list[str]]] = {}
    for one in sorted(standard(), key=lambda one: (one.group, one.id)):
        needed = verdict.values_needed(one)
        tells = {"names": "name", "both": "name and values"}.get(one.decide.need) or (
            f"{needed} values, or a name" if needed is not None else "values and a name"
        )
        example = f"`{one.examples[0]}`" if one.examples else ""
        row = [f"`{one.id}`", one.title, tells, type_view.personal(one), example]
        groups.setdefault(one.group, []).append(row)
    header = ["Type", "What", "Told by", "Personal data", "Example"]
    parts = [f"## {group.replace('_', ' ').capitalize()}\n\n{table(header, rows)}" for group, rows in groups.items()]
    return "\n".join(parts)


def type_keys() -> str:
    """Every key of a type file and what it means."""
    keys = ((name.partition("."), said) for name, said in type_schema.MEANINGS.items() if "." in name)
    prefixes = {
        "Declaration": "",
        "Values": "values.",
        "Names": "names.",
        "Decide": "decide.",
        "Pii": "pii.",
        "Llm": "llm.",
    }
    rows = [[f"`{prefixes[part]}{key}`", said] for (part, _, key), said in keys]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |\n" for row in rows)


def problem_types() -> str:
    """Every type of problem that the API answers with, and what to do."""
    rows = [[f"`{slug}`", str(kind.status), kind.title, kind.advice] for slug, kind in TYPES.items()]
    return table(["Problem", "Status", "Means", "What to do"], rows)


def routes() -> str:
    """Every route with what it does and the scope that it needs."""
    rows = [
        [f"`{method.upper()} {path}`", operation["summary"], scope(operation)]
        for path, methods in json.loads(openapi())["paths"].items()
        for method, operation in methods.items()
    ]
    return table(["Route", "Does", "Scope"], rows)


def scope(operation: dict[str, Any]) -> str:
    """What a key needs for an operation."""
    return next((scopes[0] for one in operation.get("security", ()) for scopes in one.values() if scopes), "")


def openapi() -> str:
    """The description of the API, of a server that asks for keys."""
    from ddgen.api import app as api
    from ddgen.api.config import ServerSettings
    from ddgen.api.runner import runner
    from ddgen.store.store import Store

    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder, "store.sqlite")) as store:
        settings = ServerSettings(auth=True, uploads=Path(folder, "uploads"))
        described = api.create_app(settings, store, runner(settings, store)).openapi()
    return json.dumps(described, indent=1, ensure_ascii=False) + "\n"


def change_kinds() -> str:
    """Every kind of change, how it is judged, and why."""
    rows = [[f"`{kind}`", rule.verdict.value, rule.why] for kind, rule in rules.KINDS.items()]
    return table(["Kind", "Verdict", "Why"], rows)


def thresholds() -> str:
    """Every threshold of the comparison with its default and meaning."""
    source = ast.parse(inspect.getsource(rules.Thresholds)).body[0]
    assert isinstance(source, ast.ClassDef)  # noqa: S101 - a class it is
    said = {}
    for declared, text in itertools.pairwise(source.body):
        if isinstance(declared, ast.AnnAssign) and isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant):
            said[ast.unparse(declared.target)] = str(text.value.value)
    rows = [[f"`{one.name}`", f"{one.default}", said[one.name]] for one in fields(rules.Thresholds)]
    return table(["Threshold", "Default", "Meaning"], rows)


PARTS = {
    "change-kinds": change_kinds,
    "thresholds": thresholds,
    "commands": commands,
    "exporters": exporters,
    "sources": sources,
    "exit-codes": exit_codes,
    "ai-settings": ai_settings,
    "semantic-types": semantic_types,
    "type-keys": type_keys,
    "routes": routes,
    "problem-types": problem_types,
}


def generated(page: str) -> str:
    """The page with its generated parts written anew."""
    return _PART.sub(lambda part: part[1] + PARTS[part["name"]]() + part[3], page)


def main() -> int:
    """Write or check the pages; the exit code."""
    stale = []
    for name in (*PAGES, OPENAPI):
        path = HERE / name
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        after = openapi() if name == OPENAPI else generated(before)
        if after != before:
            stale.append(name)
            if "--check" not in sys.argv:
                path.write_text(after, encoding="utf-8")
    did = "would change" if "--check" in sys.argv else "wrote"
    sys.stdout.write("".join(f"{did} docs/{name}\n" for name in stale))
    return 1 if stale and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
