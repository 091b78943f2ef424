"""What a plan will take."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ddgen.describe import forecast
from ddgen.describe.facts import FieldFacts, TableFacts
from ddgen.describe.preview import Plan, Preview
from ddgen.describe.texts import Ask
from ddgen.llm.prices import Price
from ddgen.llm.server import ServerFacts
from ddgen.settings import AiSettings, load_ai

DEAR = Price(input=100.0, cached=100.0, output=1000.0, cache_write=100.0, source="test")
CLOUD = ServerFacts(model="gpt-5-mini")


def settings(**more: Any) -> AiSettings:
    return load_ai(environ={}, cwd=Path("/nowhere"), **{"model": "gpt-5-mini", "cache_enabled": False, **more})


def plan(fields: int, **more: Any) -> Plan:
    names = [f"part_{number}" for number in range(fields)]
    preview = Preview(settings(**more))
    preview.describe(
        [Ask(TableFacts("t", siblings=tuple(names)), [FieldFacts(name, name, "string") for name in names])]
    )
    return preview.plan


def test_every_range_is_in_order_and_holds_what_the_plan_says() -> None:
    made = forecast.forecast(plan(100), settings(), CLOUD, DEAR)
    assert made.cost is not None
    for found in (made.requests, made.prompt_tokens, made.completion_tokens, made.cost):
        assert 0 < found.low < found.likely < found.high
    assert made.requests.likely == 9
    assert made.requests.low == 4


def test_no_price_no_cost() -> None:
    assert forecast.forecast(plan(5), settings(), CLOUD, None).cost is None


def test_the_cost_is_that_of_its_tokens() -> None:
    made = forecast.forecast(plan(10), settings(), CLOUD, DEAR)
    assert made.cost is not None
    tokens = made.prompt_tokens.likely * 100 + made.completion_tokens.likely * 1000
    assert made.cost.likely == pytest.approx(tokens / 1e6)


def test_nothing_to_ask_takes_nothing() -> None:
    made = forecast.forecast(plan(0), settings(), CLOUD, DEAR)
    assert (made.time.seconds, made.requests.high, made.cost) == (0.0, 0, forecast.Range(0, 0, 0))


def test_requests_a_minute_bind_where_prompts_are_many() -> None:
    made = forecast.expected(plan(1000, fields_per_request=1).prompts, settings(), CLOUD)
    assert made.bound == "60 requests a minute"
    assert made.seconds == pytest.approx(990 + 0.8 + 78 / 80)


def test_callers_bind_where_rates_do_not() -> None:
    prompts = plan(100, fields_per_request=1).prompts
    made = forecast.expected(prompts, settings(rate_limit_rpm=0), CLOUD, speed=78.0)
    assert made.bound == "10 at a time"
    assert made.seconds == pytest.approx(18.0)


def test_tokens_a_minute_bind_where_they_are_few() -> None:
    made = forecast.expected(plan(100).prompts, settings(tokens_per_minute=1000, rate_limit_rpm=0), CLOUD)
    assert made.bound == "1000 tokens a minute"
    assert made.seconds > 300


@pytest.mark.parametrize(("facts", "callers"), [(CLOUD, 10), (ServerFacts(local=True), 4), (ServerFacts(slots=2), 2)])
def test_as_many_callers_as_the_server_has_slots(facts: ServerFacts, callers: int) -> None:
    assert forecast.callers_of(settings(), facts) == callers


def test_money_lets_so_many_prompts_through() -> None:
    prompts = plan(100, fields_per_request=10).prompts
    worst = DEAR.worst(prompts[0].tokens, prompts[0].most)

    def allowed(dollars: float, callers: int = 1) -> tuple[int, int]:
        found = forecast.allowed_by_cost(prompts, DEAR, dollars, callers)
        return found.prompts, found.fields

    assert allowed(0) == (0, 0)
    assert allowed(worst * 1.01) == (1, 10)
    assert allowed(worst * 20) == (10, 100)
    assert allowed(worst * 3, callers=10) <= allowed(worst * 3, callers=1)
    assert allowed(worst * 3, callers=10)[0] == 3


def test_prices_of_a_person_go_before_the_list_and_a_server_of_ones_own_is_free() -> None:
    listed = forecast.price_for(settings(), CLOUD)
    half = forecast.price_for(settings(), CLOUD, batch=True)
    own = forecast.price_for(settings(price_input=1, price_output=2), CLOUD)
    assert listed is not None
    assert half is not None
    assert own is not None
    assert half.output == listed.output / 2
    assert (own.input, own.output) == (1, 2)
    free = forecast.price_for(settings(), ServerFacts(model="qwen", local=True))
    assert free is not None
    assert free.output == 0
    assert forecast.price_for(settings(), ServerFacts()) is None
