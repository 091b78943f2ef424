"""`ddgen ai estimate`: fields, requests, tokens, dollars and seconds of a run, before it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import typer

from ddgen.cli import ai_plan
from ddgen.cli.outputs import printing
from ddgen.exporters.text import count, visible

if TYPE_CHECKING:
    from ddgen.describe.forecast import Allowance, Forecast, Range
    from ddgen.describe.preview import Preview
    from ddgen.llm.prices import Price

UNKNOWN_PRICE = "price not known: set DDGEN_AI_PRICE_INPUT and DDGEN_AI_PRICE_OUTPUT"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A plan, what it will take, and how far money goes."""

    preview: Preview
    forecast: Forecast
    price: Price | None
    measured: bool
    allowed: Allowance | None = None

    @property
    def max_cost(self) -> float | None:
        """The limit in US dollars, if there is one."""
        return self.preview.settings.max_cost


def run(wish: ai_plan.Planned, given: Mapping[str, Any], *, speed: float | None, as_json: bool) -> int:
    """Estimate and tell; the exit code."""
    preview = ai_plan.planned(wish, ai_plan.settings_of(given))
    estimate = estimate_of(preview, speed)
    with printing():
        if as_json:
            import json

            typer.echo(json.dumps(as_document(estimate), indent=2))
        else:
            draw(estimate)
    return 0


def estimate_of(preview: Preview, speed: float | None = None) -> Estimate:
    """What the plan will take."""
    from ddgen.describe import forecast

    settings, facts, plan = preview.settings, preview.facts, preview.plan
    price = forecast.price_for(settings, facts)
    allowed = None
    if settings.max_cost is not None and price is not None:
        callers = forecast.callers_of(settings, facts)
        allowed = forecast.allowed_by_cost(plan.prompts, price, settings.max_cost, callers)
    made = forecast.forecast(plan, settings, facts, price, speed=speed)
    return Estimate(preview, made, price, speed is not None, allowed)


def as_document(estimate: Estimate) -> dict[str, Any]:
    """The estimate as JSON values."""
    preview, made = estimate.preview, estimate.forecast
    plan, settings = preview.plan, preview.settings
    return {
        "server": preview.server,
        "model": preview.facts.model,
        "level": settings.privacy_for(local=preview.facts.local).value,
        "fields": plan.fields,
        "kept": plan.kept if preview.facts.model else None,
        "unanswered": plan.unanswered,
        "asked": plan.asked,
        "requests": asdict(made.requests),
        "prompt_tokens": asdict(made.prompt_tokens),
        "completion_tokens": asdict(made.completion_tokens),
        "cost_usd": asdict(made.cost) if made.cost else None,
        "price": estimate.price.source if estimate.price else None,
        "seconds": round(made.time.seconds, 1),
        "bound": made.time.bound,
        "tokens_per_second": made.time.speed,
        "speed_measured": estimate.measured,
        "max_cost": estimate.max_cost,
        "allowed": asdict(estimate.allowed) if estimate.allowed else None,
        "notes": notes(preview),
    }


def notes(preview: Preview) -> list[str]:
    """What stands in the way of a run, or of knowing more."""
    from ddgen.llm.guard import is_openai

    settings, found = preview.settings, []
    if is_openai(settings.base_url) and settings.key_for() is None:
        found.append("No key is set for this server: OPENAI_API_KEY")
    if preview.facts.model is None and preview.facts.local:
        found.append("Only the server can name its model: add --ask-server, or set OPENAI_MODEL")
    elif preview.facts.model is None:
        found.append("No model is set: OPENAI_MODEL")
    return found


def draw(estimate: Estimate) -> None:
    """Print the estimate for a person."""
    from rich.text import Text

    from ddgen.cli.terminal import console, pairs

    screen = console()
    screen.print(pairs(_lines(estimate)))
    for note in notes(estimate.preview):
        screen.print(Text(note, style="yellow"))


def _lines(estimate: Estimate) -> list[tuple[str, str]]:
    preview, made = estimate.preview, estimate.forecast
    plan, facts = preview.plan, preview.facts
    level = preview.settings.privacy_for(local=facts.local).value
    kept = f"{plan.kept:,}" if facts.model else "not known before the model is"
    without = f"{plan.unanswered:,}, not asked for again for some days (ddgen ai cache clear --unanswered)"
    unanswered = [("Without useful answer", without)] if plan.unanswered else []
    lines = [
        ("Server", f"{visible(preview.server)}, {visible(facts.model or 'model not set')}, privacy {level}"),
        ("Fields that need texts", f"{plan.fields:,}"),
        ("Kept from earlier runs", kept),
        *unanswered,
        ("To be asked for", f"{plan.asked:,}"),
        ("Requests", _range(made.requests)),
        ("Prompt tokens", _range(made.prompt_tokens)),
        ("Answer tokens", _range(made.completion_tokens)),
        ("Cost", _cost(estimate)),
        ("Time", _time(estimate)),
    ]
    if estimate.max_cost is not None:
        lines.append((f"With ${estimate.max_cost:g} at most", _allowed(estimate)))
    return lines


def _range(found: Range) -> str:
    return f"{found.likely:,.0f} (between {found.low:,.0f} and {found.high:,.0f})"


def _cost(estimate: Estimate) -> str:
    cost, price = estimate.forecast.cost, estimate.price
    if not estimate.preview.plan.prompts:
        return "$0"
    if cost is None or price is None:
        return UNKNOWN_PRICE
    if not cost.high:
        return f"$0 ({price.source})"
    likely, low, high = (f"${amount:.4f}" for amount in (cost.likely, cost.low, cost.high))
    return f"{likely} (between {low} and {high}); prices: {price.source}"


def _time(estimate: Estimate) -> str:
    from ddgen.cli.progress import duration

    time = estimate.forecast.time
    if not time.seconds:
        return "none: nothing is asked"
    how = "as given by --speed" if estimate.measured else "assumed; give yours with --speed"
    return f"about {duration(time.seconds)}, bound by {time.bound} (at {time.speed:g} tokens a second, {how})"


def _allowed(estimate: Estimate) -> str:
    plan, allowed = estimate.preview.plan, estimate.allowed
    if not plan.prompts:
        return "nothing is to be paid"
    if allowed is None:
        return "nothing: without a price no limit can be kept"
    if allowed.prompts == len(plan.prompts):
        return f"all {count(allowed.fields, 'field')}"
    return f"about {allowed.fields:,} of {count(plan.asked, 'field')}; the rest would have texts by rule"
