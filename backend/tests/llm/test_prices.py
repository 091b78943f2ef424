"""Prices come from a person, else from the snapshot on this machine, else are not known; nobody is asked."""

from __future__ import annotations

import socket
from decimal import Decimal

import pytest

from ddgen.llm.messages import Usage
from ddgen.llm.prices import FREE, Price, price_of, snapshot

OPENAI = "https://api.openai.com/v1"
LOCAL = "http://127.0.0.1:1234/v1"


def price(model: str, url: str = OPENAI, *, batch: bool = False) -> Price:
    found = price_of(model, url, batch=batch)
    assert found is not None
    return found


def test_a_published_price() -> None:
    found = price("gpt-4o-mini")
    assert (found.input, found.cached, found.output) == (0.15, 0.075, 0.6)
    assert found.source == snapshot()


def test_a_dated_model_has_its_family_s_price() -> None:
    assert price("gpt-4o-mini-2024-07-18") == price("GPT-4o-mini")


def test_a_thousand_fields_cost_what_was_calculated_by_hand() -> None:
    assert price("gpt-4o-mini").cost(Usage(571_000, 83_000)) == pytest.approx(0.571 * 0.15 + 0.083 * 0.6)


def test_it_agrees_with_the_package_s_own_arithmetic() -> None:
    import genai_prices

    for model in ("gpt-4.1-nano", "gpt-5-mini", "gpt-6-luna"):
        for usage in (Usage(1_000, 500, 200), Usage(300_000, 500, 200, 100), Usage(272_000, 1), Usage(0, 0)):
            theirs = genai_prices.calc_price(
                genai_prices.Usage(
                    input_tokens=usage.prompt_tokens,
                    output_tokens=usage.completion_tokens,
                    cache_read_tokens=usage.cached_tokens,
                    cache_write_tokens=usage.cache_write_tokens,
                ),
                model,
                provider_api_url=OPENAI,
            )
            assert Decimal(str(round(price(model).cost(usage), 9))) == round(theirs.total_price, 9)


def test_batches_cost_half() -> None:
    full, half = price("gpt-6-luna"), price("gpt-6-luna", batch=True)
    assert (half.input, half.output) == (full.input / 2, full.output / 2)


def test_local_servers_cost_nothing() -> None:
    assert price_of("gpt-4", LOCAL) is FREE
    assert FREE.cost(Usage(1_000_000, 1_000_000)) == 0
    assert FREE.worst(1_000_000, 1_000_000) == 0


def test_what_nobody_told_is_not_known() -> None:
    assert price_of("no-such-model", OPENAI) is None
    assert price_of("gpt-4", "https://203.0.113.7/v1") is None


def test_a_person_s_price_goes_first_in_any_case_of_letters() -> None:
    overrides: dict[str, Price | dict[str, float]] = {
        "My-Model": {"input": 1.0, "output": 2.0},
        "gpt-4": Price(3, 3, 3),
    }
    found = price_of("my-model", LOCAL, overrides)
    assert found == Price(1.0, 1.0, 2.0, 1.0, "settings")
    assert price_of("gpt-4", OPENAI, overrides) == Price(3, 3, 3)
    assert price_of("gpt-4o-mini", OPENAI, overrides) == price("gpt-4o-mini")


@pytest.mark.parametrize(
    "given",
    [{"input": 1.0}, {"output": 1.0}, {"input": -1.0, "output": 1.0}, {"input": 1.0, "output": 1.0, "in": 3.0}, {}],
)
def test_a_wrong_price_of_a_person_is_an_error(given: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="needs input and output"):
        price_of("m", OPENAI, {"m": given})


def test_the_worst_case_is_never_below_the_true_cost() -> None:
    for found in (price("gpt-6-luna"), price("gpt-4o-mini"), Price(1, 0.5, 2, 1.25)):
        for prompt in (0, 10, 1_000, 272_000, 272_001):
            for usage in (
                Usage(prompt, 100),
                Usage(prompt, 100, prompt),
                Usage(prompt, 100, 0, prompt),
                Usage(prompt, 0),
            ):
                assert found.worst(prompt, 100) >= found.cost(usage)


def test_a_long_prompt_is_dearer_as_a_whole() -> None:
    found = price("gpt-6-luna")
    assert found.cost(Usage(272_001)) == pytest.approx(2 * found.cost(Usage(272_000)), rel=1e-4)


def test_more_cached_than_sent_costs_no_less_than_nothing() -> None:
    assert Price(1, 0.1, 1).cost(Usage(10, 0, 20)) > 0


def test_nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object, **__: object) -> None:
        raise AssertionError("it asked the network")

    monkeypatch.setattr(socket, "getaddrinfo", forbidden)
    monkeypatch.setattr(socket.socket, "connect", forbidden)
    assert price("gpt-4o-mini").input == 0.15
    assert price_of("x", LOCAL) is FREE


def test_prices_that_another_library_fetched_are_not_ours() -> None:
    from genai_prices.data_snapshot import DataSnapshot, set_custom_snapshot

    set_custom_snapshot(DataSnapshot([], from_auto_update=True))
    try:
        assert price("gpt-4o-mini").input == 0.15
    finally:
        set_custom_snapshot(None)


def test_the_snapshot_says_how_old_it_is() -> None:
    assert snapshot() == "genai-prices 0.2.3 (2026-11)"
