"""`ddgen ai preview`: every prompt of a run word for word, and what of the data stays here."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import typer

from ddgen.cli import ai_estimate, ai_plan
from ddgen.cli.outputs import printing
from ddgen.exporters.text import count, visible

if TYPE_CHECKING:
    from ddgen.describe.firewall import Withheld
    from ddgen.describe.preview import Prompt

_RULE = "-" * 8


def run(wish: ai_plan.Planned, given: Mapping[str, Any], *, as_json: bool) -> int:
    """Preview and tell; the exit code."""
    preview = ai_plan.planned(wish, ai_plan.settings_of(given))
    estimate = ai_estimate.estimate_of(preview)
    prompts = preview.plan.prompts
    with printing():
        if as_json:
            told = {**ai_estimate.as_document(estimate), "prompts": [_document(prompt) for prompt in prompts]}
            typer.echo(json.dumps(told, indent=2, ensure_ascii=False))
            return 0
        for number, prompt in enumerate(prompts, start=1):
            typer.echo("\n".join(_lines(prompt, f"Prompt {number} of {len(prompts)}")) + "\n")
        ai_estimate.draw(estimate)
        typer.echo("Nothing was sent.")
    return 0


def _lines(prompt: Prompt, title: str) -> Iterator[str]:
    sent = prompt.sent
    fields = count(len(sent.fields), "field")
    yield f"{title}: {visible(sent.table.name or 'table')}, {fields}, about {prompt.tokens:,} tokens"
    for message in prompt.payload["messages"]:
        yield f"{_RULE} {message['role']}"
        yield visible(message["content"].rstrip("\n"), keep="\n")
    form = prompt.payload.get("response_format")
    if form is not None:
        yield f"{_RULE} response_format"
        yield json.dumps(form, separators=(",", ":"))
    rest = {name: value for name, value in prompt.payload.items() if name not in {"messages", "response_format"}}
    yield f"{_RULE} beside it: {json.dumps(rest)}"
    yield f"{_RULE} kept back"
    yield from _kept_back(prompt)


def _kept_back(prompt: Prompt) -> Iterator[str]:
    holders = [("the table", prompt.sent.table.withheld), *((one.path, one.withheld) for one in prompt.sent.fields)]
    found = [f"{visible(name)}: {_reasons(withheld)}" for name, withheld in holders if withheld]
    yield from found or ["nothing"]


def _reasons(withheld: tuple[Withheld, ...]) -> str:
    """`values, samples (E-mail address, by its name)`: what is kept back for one reason, together."""
    by_reason: dict[str, list[str]] = {}
    for one in withheld:
        by_reason.setdefault(one.why, []).append(one.what)
    return "; ".join(f"{', '.join(what)} ({visible(why)})" for why, what in by_reason.items())


def _document(prompt: Prompt) -> dict[str, Any]:
    sent = prompt.sent
    return {
        "table": sent.table.name,
        "fields": [{"path": field.path, "withheld": _withheld(field.withheld)} for field in sent.fields],
        "withheld": _withheld(sent.table.withheld),
        "prompt_tokens": prompt.tokens,
        "most_answer_tokens": prompt.most,
        "request": prompt.payload,
    }


def _withheld(withheld: tuple[Withheld, ...]) -> list[dict[str, str]]:
    return [{"what": one.what, "why": one.why} for one in withheld]
