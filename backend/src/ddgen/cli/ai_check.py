"""`ddgen ai check`, told to a person line by line, or as JSON."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import typer

from ddgen.cli.outputs import printing
from ddgen.errors import ExternalServiceError, UsageError
from ddgen.exporters.text import count, visible

if TYPE_CHECKING:
    from ddgen.describe.check import Checkup, Finding

_STATES = {True: ("ok", "green"), False: ("failed", "bold red"), None: ("-", "dim")}
_NAME_WIDTH = 9
_STATE_WIDTH = 6


def run(*, model: str | None, as_json: bool) -> int:
    """Check and tell; the exit code."""
    from ddgen.describe.check import checkup
    from ddgen.settings import load_ai

    settings = load_ai(model=model)
    with printing():
        checked = asyncio.run(checkup(settings, None if as_json else _say))
        if as_json:
            _print_json(settings.base_url, checked)
        else:
            _say_end(checked)
    if checked.ok:
        return 0
    return UsageError.exit_code if checked.wrong_settings else ExternalServiceError.exit_code


def _say(finding: Finding) -> None:
    from rich.table import Table
    from rich.text import Text

    from ddgen.cli.terminal import GAP, console

    state, style = _STATES[finding.ok]
    said = Text(visible(finding.said))
    if finding.change:
        said.append(f"\nChange: {visible(finding.change)}", style="yellow" if finding.ok is False else "dim")
    row = Table.grid(padding=(0, GAP, 0, 0))
    row.add_column(width=_STATE_WIDTH)
    row.add_column(width=_NAME_WIDTH)
    row.add_column(ratio=1)
    row.add_row(Text(state, style=style), Text(finding.name), said)
    screen = console()
    screen.print(row)
    screen.file.flush()


def _say_end(checked: Checkup) -> None:
    from ddgen.cli.terminal import console

    failed = sum(finding.ok is False for finding in checked.findings)
    cost = f" {count(checked.requests, 'request')} went out, for ${checked.cost:.6f}." if checked.cost else ""
    end = f"{failed} of {len(checked.findings)} failed." if failed else "All is well: ddgen build SOURCE --ai"
    console().print(f"\n{end}{cost}", style="" if failed else "green")


def _print_json(base_url: str, checked: Checkup) -> None:
    import json

    facts = checked.facts
    told: dict[str, Any] = {
        "base_url": base_url,
        "ok": checked.ok,
        "checks": [
            {"name": finding.name, "ok": finding.ok, "said": finding.said, "change": finding.change}
            for finding in checked.findings
        ],
        "software": facts.software if facts else None,
        "model": facts.model if facts else None,
        "models": list(facts.models) if facts else [],
        "slots": facts.slots if facts else None,
        "context_tokens": facts.context_tokens if facts else None,
        "form": checked.rung,
        "tokens_per_second": checked.tokens_per_second,
        "requests": checked.requests,
        "cost_usd": checked.cost,
    }
    typer.echo(json.dumps(told, indent=2))
