"""Which kind of failure a response or an exception is: error codes first, then words, then the status.

Nothing of a body is repeated but words that such messages are made of (see `redaction`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ddgen.llm import breakage
from ddgen.llm.failure import CallFailed, Cause, Failure
from ddgen.llm.hints import retry_after
from ddgen.llm.redaction import READ, safe_code, safe_words, shorten

CODES = {
    "insufficient_quota": Cause.QUOTA,
    "credit_balance_exhausted": Cause.QUOTA,
    "billing_hard_limit_reached": Cause.QUOTA,
    "billing_not_active": Cause.QUOTA,
    "billing_error": Cause.QUOTA,
    "payment_required": Cause.QUOTA,
    "invalid_api_key": Cause.AUTH,
    "authentication_error": Cause.AUTH,
    "permission_error": Cause.AUTH,
    "permission_denied": Cause.AUTH,
    "account_deactivated": Cause.AUTH,
    "unsupported_country_region_territory": Cause.AUTH,
    "context_length_exceeded": Cause.TOO_LARGE,
    "exceed_context_size_error": Cause.TOO_LARGE,
    "request_too_large": Cause.TOO_LARGE,
    "string_above_max_length": Cause.TOO_LARGE,
    "slow_down": Cause.RATE,
    "rate_limit_exceeded": Cause.RATE,
    "rate_limit_error": Cause.RATE,
    "overloaded_error": Cause.OVERLOAD,
    "engine_overloaded": Cause.OVERLOAD,
    "server_error": Cause.OVERLOAD,
    "internal_server_error": Cause.OVERLOAD,
    "internal_error": Cause.OVERLOAD,
    "model_not_loaded": Cause.WARMING,
    "unsupported_parameter": Cause.UNSUPPORTED,
    "unsupported_value": Cause.UNSUPPORTED,
    "unknown_parameter": Cause.UNSUPPORTED,
}
"""What servers call their errors (`code`, else `type`), whatever status they send with it."""

CERTAIN = frozenset({Cause.QUOTA, Cause.AUTH, Cause.TOO_LARGE, Cause.RATE})
"""What a code alone decides."""

MODEL_MISSING = frozenset({"model_not_found", "model_not_available", "deployment_not_found", "deploymentnotfound"})

QUOTA_WORDS = re.compile(
    r"insufficient (?:credit|fund|balance|quota)|credit balance (?:is|has)|out of credits|billing (?:hard )?limit"
    r"|payment required|exceeded your current quota",
    re.IGNORECASE,
)
KEY_WORDS = re.compile(
    r"(?:incorrect|invalid|missing|malformed|expired) api.?key|api.?key (?:not valid|is invalid)", re.IGNORECASE
)
TOO_LARGE_WORDS = re.compile(
    r"n_keep.{0,80}n_ctx|context[ _]?(?:length|size|window)?.{0,40}(?:exceed|overflow)"
    r"|(?:exceed|greater than|larger than|longer than|maximum|beyond|overflow).{0,60}context"
    r"|context.{0,30}overflows|(?:prompt|input|request) (?:is )?too (?:long|large)|too many (?:input )?tokens"
    r"|reduce the length of|input length.{0,40}(?:exceed|greater)",
    re.IGNORECASE | re.DOTALL,
)
WARMING_WORDS = re.compile(
    r"no models? (?:are |is )?(?:currently )?loaded|model (?:is|was|has been) (?:being )?unloaded|model unloaded"
    r"|loading (?:the )?model|model\b.{0,120}\bis (?:currently |still )?(?:being loaded|loading)"
    r"|model is not (?:yet )?(?:loaded|ready)|operation cancell?ed",
    re.IGNORECASE,
)
FORM_WORDS = re.compile(
    r"response_?format|json_schema|json_object|\bschema\b|grammar|guided.decoding|structured output", re.IGNORECASE
)
PARAMETER_WORDS = re.compile(
    r"temperature|max_tokens|max_completion_tokens|reasoning(?:_|\.| )effort|\bstrict\b|unrecognized request argument",
    re.IGNORECASE,
)
MODEL_WORDS = re.compile(
    r"\bmodel\b.{0,120}(?:not found|does not exist|not exist|no such|not available)", re.IGNORECASE | re.DOTALL
)

REQUEST_ID = re.compile(r"[\w.:-]{1,128}", re.ASCII)
STATUSES = {
    401: Cause.AUTH,
    402: Cause.QUOTA,
    403: Cause.AUTH,
    404: Cause.SETTINGS,
    405: Cause.SETTINGS,
    407: Cause.SETTINGS,
    408: Cause.OVERLOAD,
    409: Cause.OVERLOAD,
    413: Cause.TOO_LARGE,
    414: Cause.TOO_LARGE,
    425: Cause.OVERLOAD,
    429: Cause.RATE,
}
ABOUT_A_PARAMETER = frozenset({200, 400, 404, 415, 422})
"""Statuses with which servers refuse a parameter."""

ABOUT_A_FORM = ABOUT_A_PARAMETER | {500, 501}
"""Statuses with which servers refuse a form of answer: grammars break inside them."""

MEANINGS = {
    Cause.AUTH: "the key was refused",
    Cause.QUOTA: "the quota or balance of the account is used up",
    Cause.RATE: "the server allows no more requests for now",
    Cause.OVERLOAD: "the server failed",
    Cause.NETWORK: "no connection",
    Cause.TIMEOUT: "no answer in time",
    Cause.WARMING: "the server has no model ready yet",
    Cause.TOO_LARGE: "the prompt is larger than the server takes",
    Cause.UNSUPPORTED: "the server does not take this",
    Cause.BAD_REQUEST: "the server refused the request",
    Cause.BAD_OUTPUT: "what came is not an answer",
    Cause.SETTINGS: "the server has no such address or model",
    Cause.BLOCKED: "the server redirects elsewhere, which is not followed",
}

EXCEPTIONS: tuple[tuple[Cause, frozenset[str]], ...] = (
    (Cause.SETTINGS, frozenset({"UnsupportedProtocol", "InvalidURL", "LocalProtocolError"})),
    (Cause.BLOCKED, frozenset({"TooManyRedirects"})),
    (Cause.BAD_OUTPUT, frozenset({"DecodingError", "JSONDecodeError", "UnicodeError", "APIResponseValidationError"})),
    (Cause.TIMEOUT, frozenset({"TimeoutError", "TimeoutException"})),
    (Cause.NETWORK, frozenset({"OSError", "TransportError", "EOFError"})),
)
"""By the names of their classes, so that no client needs to be imported to know its errors."""

WRAPPERS: tuple[tuple[Cause, frozenset[str]], ...] = (
    (Cause.TIMEOUT, frozenset({"APITimeoutError"})),
    (Cause.NETWORK, frozenset({"APIConnectionError"})),
)
"""Those that say less than what they were raised from."""

SUCCESS = range(200, 300)
REDIRECT = range(300, 400)
CLIENT_ERROR = range(400, 500)
SERVER_ERROR = range(500, 600)
DEEPEST = 10
"""Exceptions of a chain that are looked at."""


@dataclass(frozen=True, slots=True)
class _Told:
    """What a body says of an error."""

    message: str = ""
    codes: tuple[str, ...] = ()
    param: str = ""
    status: int | None = None


def classify_response(
    status: int, headers: Mapping[str, str], body: bytes, now: float, *, local: bool
) -> Failure | None:
    """Return why a response is no answer, or None where it is one: a JSON object with no error in it, status 2xx.

    `now` is Unix time; `local` says that a missing model is a matter of the server, not of the key.
    """
    document = _parse(body)
    told = _told(document, body, status)
    if told is None:
        return None
    hint = retry_after(headers, now, text=told.message)
    cause = _cause(_status(status, told), told, hinted=hint is not None, local=local)
    code = next((safe for code in told.codes if (safe := safe_code(code))), None)
    return Failure(cause, _detail(cause, status, told), status, code, hint, _request_id(headers))


def classify_exception(error: BaseException) -> Failure:
    """Return the failure that an exception means; a `CallFailed` that it was raised from keeps its own."""
    chain = list(_chain(error))
    failed = next((link for link in chain if isinstance(link, CallFailed)), None)
    if failed is not None:
        return failed.failure
    for table in (EXCEPTIONS, WRAPPERS):
        for link in chain:
            names = {kind.__name__ for kind in type(link).__mro__}
            for cause, known in table:
                if names & known:
                    return Failure(cause, _why(cause, chain))
    return Failure(Cause.BAD_REQUEST, "the request could not be made")


def _cause(status: int, told: _Told, *, hinted: bool, local: bool) -> Cause:
    by_code = next((CODES[code] for code in told.codes if code in CODES), None)
    too_large = TOO_LARGE_WORDS.search(told.message) is not None
    if status in REDIRECT:
        return Cause.BLOCKED
    if by_code in CERTAIN:
        return Cause.TOO_LARGE if by_code is Cause.RATE and too_large else by_code
    if status in {401, 402, 403}:
        return STATUSES[status]
    if too_large:
        return Cause.TOO_LARGE
    if status == 429:
        return Cause.QUOTA if QUOTA_WORDS.search(told.message) and not hinted else Cause.RATE
    if WARMING_WORDS.search(told.message):
        return Cause.WARMING
    return _refusal(status, told, local=local) or by_code or _by_status(status, told)


def _refusal(status: int, told: _Told, *, local: bool) -> Cause | None:
    """What the request itself is refused for."""
    about = f"{told.param} {told.message}"
    if MODEL_MISSING & set(told.codes) or (status in {400, 404} and MODEL_WORDS.search(told.message)):
        return Cause.SETTINGS if local else Cause.AUTH
    if status in ABOUT_A_FORM and FORM_WORDS.search(about):
        return Cause.UNSUPPORTED
    if status in ABOUT_A_PARAMETER and PARAMETER_WORDS.search(about):
        return Cause.UNSUPPORTED
    if status in CLIENT_ERROR and KEY_WORDS.search(told.message):
        return Cause.AUTH
    return Cause.QUOTA if QUOTA_WORDS.search(told.message) else None


def _by_status(status: int, told: _Told) -> Cause:
    if status in STATUSES:
        return STATUSES[status]
    if status in SERVER_ERROR:
        return Cause.OVERLOAD
    refused = status in CLIENT_ERROR or "invalid_request_error" in told.codes
    return Cause.BAD_REQUEST if refused else Cause.BAD_OUTPUT


def _status(status: int, told: _Told) -> int:
    """The status that an error inside a successful response speaks of."""
    return told.status if status in SUCCESS and told.status is not None else status


def _parse(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _told(document: Any, body: bytes, status: int) -> _Told | None:
    """What went wrong by the body; None where nothing did."""
    if isinstance(document, list) and len(document) > 0 and isinstance(document[0], dict):
        document = document[0] if status not in SUCCESS or document[0].get("error") else document
    if isinstance(document, dict):
        error = document.get("error")
        if error:
            return _error(error if isinstance(error, dict) else {"message": error})
        if status not in SUCCESS or document.get("object") == "error":
            return _error(document)
        return None
    text = body[:READ].decode("utf-8", "replace").lstrip()
    return _Told() if status in SUCCESS or text.startswith("<") else _Told(text)


def _error(error: Mapping[str, Any]) -> _Told:
    number = next((int(str(code)) for code in (error.get("code"), error.get("status")) if _is_status(code)), None)
    codes = tuple(code.lower() for code in (error.get("code"), error.get("type")) if isinstance(code, str))
    param = error.get("param")
    return _Told(_message(error), codes, param if isinstance(param, str) else "", number)


def _message(error: Mapping[str, Any]) -> str:
    for name in ("message", "detail", "msg", "title"):
        said = error.get(name)
        if isinstance(said, str):
            return said[:READ]
        if isinstance(said, list):
            return " ".join(_place(item) for item in said if isinstance(item, dict))[:READ]
    return ""


def _place(item: Mapping[str, Any]) -> str:
    """One complaint of a validator: where and what, without the input that it repeats."""
    place = item.get("loc")
    steps = [str(step) for step in place] if isinstance(place, list) else []
    said = item.get("msg")
    return f"{' '.join(steps)} {said if isinstance(said, str) else ''}"


def _is_status(code: object) -> bool:
    return isinstance(code, int | str) and re.fullmatch(r"[45]\d\d", str(code), re.ASCII) is not None


def _detail(cause: Cause, status: int, told: _Told) -> str:
    said = safe_words(f"{told.param} {told.message}")
    return shorten(f"{MEANINGS[cause]} (HTTP {status}){': ' if said else ''}{said}")


def _request_id(headers: Mapping[str, str]) -> str | None:
    found = next((value for name, value in headers.items() if name.lower() == "x-request-id"), None)
    return found if found and REQUEST_ID.fullmatch(found) else None


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The exception and what it was raised from. What was merely being handled meanwhile is another story."""
    link: BaseException | None = error
    for _ in range(DEEPEST):
        if link is None:
            return
        yield link
        link = link.__cause__


def _why(cause: Cause, chain: list[BaseException]) -> str:
    if cause is Cause.NETWORK:
        return shorten(breakage.reason(chain[0]))
    names = {kind.__name__ for link in chain for kind in type(link).__mro__}
    return "no connection in time" if "ConnectTimeout" in names else MEANINGS[cause]
