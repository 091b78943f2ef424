"""From settings to what the transport is told: server, limits, money."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ddgen.describe.firewall import Firewall
from ddgen.describe.writer import Options
from ddgen.errors import UsageError
from ddgen.llm.budget import Budget
from ddgen.llm.clock import Clock
from ddgen.llm.guard import is_local
from ddgen.llm.messages import Endpoint, Limits
from ddgen.settings import AiSettings, variable_of

if TYPE_CHECKING:
    from ddgen.llm.prices import Price
    from ddgen.llm.redis_cache import RedisCache


def endpoint_of(settings: AiSettings) -> Endpoint:
    """The server, with the key that belongs to it."""
    key = settings.key_for()
    return Endpoint(
        base_url=settings.base_url,
        model=settings.model,
        api_key=key.get_secret_value() if key is not None else None,
        allow_http=settings.allow_http,
    )


def limits_of(settings: AiSettings) -> Limits:
    """What a call may take."""
    return Limits(
        request_timeout=settings.request_timeout,
        connection_timeout=settings.connection_timeout,
        total_timeout=settings.total_timeout,
        max_attempts=settings.max_retry_attempts,
        retry_multiplier=settings.retry_multiplier,
        retry_min_wait=settings.retry_min_wait,
        retry_max_wait=settings.retry_max_wait,
        max_concurrent=settings.max_concurrent_requests,
        requests_per_minute=settings.rate_limit_rpm,
        tokens_per_minute=settings.tokens_per_minute,
    )


def budget_of(settings: AiSettings, clock: Clock | None = None) -> Budget:
    """What may be spent, from now on."""
    return Budget(settings.max_cost, settings.max_requests, settings.max_time, clock)


def options_of(settings: AiSettings, *, exact: bool = False) -> Options:
    """How texts are written."""
    return Options(settings.language, settings.temperature, settings.fields_per_request, exact)


def redis_of(settings: AiSettings) -> RedisCache:
    """The cache that several workers share. Raises UsageError for an address, or an installation, that cannot be."""
    from ddgen.llm.redis_cache import RedisCache

    where = variable_of("redis_url")
    address = settings.redis_url.get_secret_value() if settings.redis_url is not None else ""
    try:
        return RedisCache(address)
    except ImportError as error:
        hint = "Install it: pip install 'data-dictionary-generator[redis]'"
        raise UsageError("the package redis is not installed", where=where, hint=hint) from error
    except ValueError as error:
        hint = "Such as redis://localhost:6379/0"
        raise UsageError("this is no address of a Redis", where=where, hint=hint) from error


def firewall_of(settings: AiSettings) -> Firewall:
    """What may leave, to this server."""
    return Firewall(settings.privacy_for(local=is_local(settings.base_url)))


def price_of(settings: AiSettings) -> Callable[[str], Price | None] | None:
    """What models cost as a person has set it; None where nothing is set, and the price list holds."""
    own = {"input": settings.price_input, "output": settings.price_output}
    given = {name: dollars for name, dollars in own.items() if dollars is not None}

    def price(model: str) -> Price | None:
        from ddgen.llm import prices

        return prices.price_of(model, settings.base_url, {model: {"input": 0.0, "output": 0.0, **given}})

    return price if given else None
