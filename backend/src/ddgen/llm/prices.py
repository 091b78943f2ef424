"""What models cost, without asking anyone: a person's own prices first, then the snapshot that genai-prices brings."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from ddgen.llm.guard import is_local
from ddgen.llm.messages import Usage

if TYPE_CHECKING:
    from genai_prices.data_snapshot import DataSnapshot
    from genai_prices.types import ModelPrice

MILLION = 1_000_000
MARGIN = 1.5
SNAPSHOTS = {"0.2.3": "2026-11"}
"""When the prices in a release of genai-prices were collected; the package itself does not tell."""


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars per million tokens. `source` says where from and of when.

    `dearer` are the prices that hold for a whole request once its prompt has more tokens than the number beside them.
    """

    input: float = 0.0
    cached: float = 0.0
    output: float = 0.0
    cache_write: float = 0.0
    source: str = ""
    dearer: tuple[tuple[int, Price], ...] = ()

    def cost(self, usage: Usage) -> float:
        """US dollars for these tokens; hidden reasoning is billed as output, and counted in it."""
        price = self._at(usage.prompt_tokens)
        fresh = max(0, usage.prompt_tokens - usage.cached_tokens - usage.cache_write_tokens)
        parts = (
            fresh * price.input,
            usage.cached_tokens * price.cached,
            usage.cache_write_tokens * price.cache_write,
            usage.completion_tokens * price.output,
        )
        return sum(parts) / MILLION

    def worst(self, prompt_tokens: int, max_output: int) -> float:
        """US dollars if nothing is cached, all is written to the cache, and the answer is as long as allowed.

        The tokens of a prompt are an estimate before it is sent: they are taken for `MARGIN` times as many.
        """
        most = math.ceil(prompt_tokens * MARGIN)
        price = self._at(most)
        return (most * max(price.input, price.cache_write) + max_output * price.output) / MILLION

    def _at(self, prompt_tokens: int) -> Price:
        return next((price for start, price in reversed(self.dearer) if prompt_tokens > start), self)


FREE = Price(source="local server")


def price_of(
    model: str,
    base_url: str,
    overrides: Mapping[str, Price | Mapping[str, float]] | None = None,
    *,
    batch: bool = False,
) -> Price | None:
    """The price of a model at a server today, or None where nobody told it.

    `overrides` (by model, in any case) go before everything, local servers cost nothing, the rest is looked up in the
    snapshot on this machine, which is never updated from the network. `batch`: in OpenAI's Batch API.
    """
    for name, own in (overrides or {}).items():
        if name.lower() == model.lower():
            return own if isinstance(own, Price) else _own(name, own)
    published = _published(model, base_url, batch=batch)
    return FREE if published is None and is_local(base_url) else published


def _own(model: str, given: Mapping[str, float]) -> Price:
    unknown = given.keys() - {"input", "cached", "output", "cache_write"}
    if unknown or not {"input", "output"} <= given.keys() or min(given.values()) < 0:
        raise ValueError(f"a price of {model} needs input and output in US dollars per million tokens, neither below 0")
    base = given["input"]
    return Price(base, given.get("cached", base), given["output"], given.get("cache_write", base), "settings")


def _published(model: str, base_url: str, *, batch: bool) -> Price | None:
    try:
        _, found = _bundled().find_provider_model(model, None, None, base_url)
    except LookupError:
        return None
    prices = found.get_prices(datetime.now(UTC), {"processing": "batch"} if batch else None)
    return _from_snapshot(prices, snapshot())


@cache
def _bundled() -> DataSnapshot:
    """The prices in the package, even where another library of this process fetched others."""
    from genai_prices.data import providers
    from genai_prices.data_snapshot import DataSnapshot

    return DataSnapshot(providers, from_auto_update=False)


def snapshot() -> str:
    """Name, version and month of the prices on this machine."""
    from importlib.metadata import version

    release = version("genai-prices")
    month = SNAPSHOTS.get(release)
    return f"genai-prices {release} ({month})" if month else f"genai-prices {release}"


def _from_snapshot(prices: ModelPrice, source: str) -> Price | None:
    named = {
        "input": prices.input_mtok,
        "cached": prices.cache_read_mtok,
        "output": prices.output_mtok,
        "cache_write": prices.cache_write_mtok,
    }
    if named["input"] is None or named["output"] is None:
        return None
    starts = sorted({tier.start for price in named.values() for tier in getattr(price, "tiers", ())})
    dearer = tuple((start, _level(named, start + 1, source)) for start in starts)
    base = _level(named, 0, source)
    return Price(base.input, base.cached, base.output, base.cache_write, source, dearer)


def _level(named: Mapping[str, Any], prompt_tokens: int, source: str) -> Price:
    flat = {name: _flat(price, prompt_tokens) for name, price in named.items()}
    base = flat["input"] or 0.0
    others = {name: base if flat[name] is None else flat[name] for name in ("cached", "cache_write")}
    return Price(base, others["cached"] or 0.0, flat["output"] or 0.0, others["cache_write"] or 0.0, source)


def _flat(price: Any, prompt_tokens: int) -> float | None:
    """The number that holds for a prompt so long, of a price that may have tiers."""
    if price is None or not hasattr(price, "tiers"):
        return None if price is None else float(price)
    applying = [tier.price for tier in price.tiers if prompt_tokens > tier.start]
    return float(applying[-1] if applying else price.base)
