"""What a person can change when a server does not answer: the variable, and an example."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from ddgen.llm.failure import Cause, Failure
from ddgen.llm.guard import is_local, is_openai
from ddgen.settings import ENVIRONMENT, AiSettings

EXAMPLE_URL = "OPENAI_BASE_URL=http://localhost:1234/v1"


SAME_FOR_ALL = {
    Cause.QUOTA: f"Add credit to the account, or use a server of your own: {EXAMPLE_URL}",
    Cause.RATE: "Ask less at a time: OPENAI_RATE_LIMIT_RPM=30 or OPENAI_MAX_CONCURRENT_REQUESTS=5",
    Cause.OVERLOAD: "The server has trouble of its own: look at its log, or try again in a minute",
    Cause.WARMING: "Load a model in the server, wait until it is loaded, and check again",
    Cause.TOO_LARGE: "Load the model with a longer context, of 4,096 tokens or more",
    Cause.BUDGET: "Raise the limit: DDGEN_AI_MAX_COST, DDGEN_AI_MAX_REQUESTS or DDGEN_AI_MAX_TIME",
}
OTHERWISE = f"Check that the address is that of an OpenAI-compatible server, ending in /v1: {EXAMPLE_URL}"


def for_failure(failure: Failure, settings: AiSettings, *, prompted: bool = False) -> str:
    """What to change after this failure; `prompted`: of a prompt, not of the first look at the server."""
    match failure.cause:
        case Cause.AUTH:
            return _key(settings)
        case Cause.TIMEOUT | Cause.DEADLINE:
            return _slow(settings, prompted=prompted)
        case Cause.NETWORK:
            return _unreachable(settings)
        case Cause.BLOCKED | Cause.SETTINGS:
            return _settings(failure, settings)
        case Cause.BAD_OUTPUT:
            return _no_answer(failure, settings)
    return SAME_FOR_ALL.get(failure.cause, OTHERWISE)


def model_to_set(detail: str, *, default: str) -> str:
    """An example for OPENAI_MODEL: the first of the models that a failure's detail lists."""
    listed = re.search(r"lists ([^,\s]+)", detail)
    name = listed[1] if listed and listed[1] != "none" else default
    return f"OPENAI_MODEL={name}"


def _key(settings: AiSettings) -> str:
    key, url = settings.place_of("api_key"), settings.place_of("base_url")
    if settings.api_key is not None and settings.key_for() is None:
        return (
            f"A key is set by {key or ENVIRONMENT}, but the address by {url or 'default'}: it is sent only where one "
            "place gives both. Put OPENAI_API_KEY and OPENAI_BASE_URL together"
        )
    if settings.api_key is None and is_openai(settings.base_url):
        return f"OPENAI_API_KEY=sk-...; or ask a server of your own: {EXAMPLE_URL} with OPENAI_API_KEY=lm-studio"
    if settings.api_key is None:
        return "OPENAI_API_KEY=sk-... (for LM Studio any text, such as OPENAI_API_KEY=lm-studio)"
    return f"The key set by {key} is not taken: OPENAI_API_KEY=sk-..., with access to the model"


def _slow(settings: AiSettings, *, prompted: bool) -> str:
    if prompted:
        return f"OPENAI_REQUEST_TIMEOUT={2 * settings.request_timeout:g}, or a smaller or faster model"
    return f"OPENAI_CONNECTION_TIMEOUT={2 * settings.connection_timeout:g}, or see what lies between (firewall, VPN)"


def _unreachable(settings: AiSettings) -> str:
    parts = urlsplit(settings.base_url)
    if not is_local(settings.base_url):
        return f"Check the network, a proxy, and the host's name {parts.hostname}; or use a local one: {EXAMPLE_URL}"
    if parts.hostname in {"localhost", "127.0.0.1", "::1"}:
        return (
            "Start the server (LM Studio: Developer, Start Server; llama-server; ollama serve), "
            f"or correct the address: {EXAMPLE_URL}"
        )
    return (
        f"Start the server on {parts.hostname} and let it serve the network (LM Studio: Serve on Local Network), "
        "or correct the address: OPENAI_BASE_URL=http://HOST:1234/v1"
    )


def _settings(failure: Failure, settings: AiSettings) -> str:
    if "https" in failure.detail and not settings.allow_http:
        return "OPENAI_BASE_URL=https://..., or on purpose DDGEN_AI_ALLOW_HTTP=true"
    return EXAMPLE_URL


def _no_answer(failure: Failure, settings: AiSettings) -> str:
    if failure.code in {"reasoning", "refusal", "content_filter"}:
        return "Choose another model, one that does not reason at length: OPENAI_MODEL=..."
    path = urlsplit(settings.base_url).path
    if not path.endswith("/v1") and not is_openai(settings.base_url):
        return f"The address should end in /v1: OPENAI_BASE_URL={settings.base_url.rstrip('/')}/v1"
    return "Choose another model: OPENAI_MODEL=..."
