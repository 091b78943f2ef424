"""From settings to server, limits and money."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from ddgen.describe import connection
from ddgen.llm.messages import Limits, Usage
from ddgen.settings import AiSettings, Privacy, load_ai


def settings(**given: Any) -> AiSettings:
    return load_ai(environ={"HOME": "/nowhere"}, **given)


def test_the_defaults_of_both_agree() -> None:
    assert connection.limits_of(settings()) == Limits()


def test_every_limit_can_be_set() -> None:
    set_ = settings(
        request_timeout=1,
        connection_timeout=2,
        total_timeout=3,
        max_retry_attempts=4,
        retry_multiplier=5,
        retry_min_wait=6,
        retry_max_wait=7,
        max_concurrent_requests=8,
        rate_limit_rpm=9,
        tokens_per_minute=10,
    )
    limits = connection.limits_of(set_)
    changed = {field.name for field in fields(Limits) if getattr(limits, field.name) != getattr(Limits(), field.name)}
    assert len(changed) == 10


def test_a_key_goes_to_its_own_server_only() -> None:
    both = settings(base_url="http://127.0.0.1:1/v1", api_key="k", model="m")
    assert connection.endpoint_of(both).api_key == "k"
    shell = load_ai(environ={"OPENAI_API_KEY": "sk-1", "HOME": "/nowhere"}, base_url="http://127.0.0.1:1/v1")
    assert connection.endpoint_of(shell).api_key is None
    assert "sk-1" not in repr(connection.endpoint_of(both))


def test_the_level_follows_the_place_of_the_server() -> None:
    assert connection.firewall_of(settings()).level is Privacy.SHAPES
    assert connection.firewall_of(settings(base_url="http://127.0.0.1:1/v1")).level is Privacy.MASKED
    assert connection.firewall_of(settings(privacy="none")).level is Privacy.NONE


def test_budget_and_options() -> None:
    set_ = settings(max_cost=1.5, max_requests=3, max_time=9, language="Deutsch", fields_per_request=2)
    budget, options = connection.budget_of(set_), connection.options_of(set_, exact=True)
    assert (budget.max_cost, budget.max_requests, budget.max_seconds) == (1.5, 3, 9)
    assert (options.language, options.fields_per_request, options.exact) == ("Deutsch", 2, True)


def test_a_price_that_a_person_sets_goes_first() -> None:
    price = connection.price_of(settings(price_input=2, price_output=4))
    assert price is not None
    own = price("my-model")
    assert own is not None
    assert own.cost(Usage(1_000_000, 1_000_000)) == 6
    assert connection.price_of(settings()) is None
