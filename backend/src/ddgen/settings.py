"""Settings of the AI layer: `OPENAI_*` as documented, `DDGEN_AI_*` for the rest, each with the place that gave it.

Places, the first wins: arguments, the environment, `.env` of the working directory, `.env` of the config folder. The
same places tell where semantic types of one's own are: `DDGEN_TYPES`.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, Field, PrivateAttr, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, DotEnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from ddgen.errors import UsageError

OPENAI_URL = "https://api.openai.com/v1"
ARGUMENTS = "arguments"
ENVIRONMENT = "environment"

_DOCUMENTED = "OPENAI_"
_OURS = "DDGEN_AI_"
_OPENAI_HOST = re.compile(r"([a-z]{2}\.)?api\.openai\.com")
_LANGUAGE = re.compile(r"[^\W\d_][\w ()'.,\-]{0,39}")


class Privacy(str, Enum):
    """How much of the data may be shown to a model.

    `none`: names and types; `shapes`: also character shapes, rounded ranges and codes that many records share;
    `masked`: also samples in which everything that is not an ordinary word is masked; `raw`: values as they are,
    passwords, keys and card numbers excepted.
    """

    NONE = "none"
    SHAPES = "shapes"
    MASKED = "masked"
    RAW = "raw"


def _http_url(text: str) -> str:
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError as error:
        raise ValueError("is no address of a server, such as http://localhost:1234/v1") from error
    if parts.scheme.lower() not in {"http", "https"} or not parts.hostname or port == 0:
        raise ValueError("should begin with http:// or https:// and name a host, such as http://localhost:1234/v1")
    if "@" in parts.netloc:
        raise ValueError("should hold no user name or password; a key goes into OPENAI_API_KEY")
    return text.strip().rstrip("/")


def _language(text: str) -> str:
    if not _LANGUAGE.fullmatch(text.strip()):
        raise ValueError("should be the name of a language, such as English or Deutsch")
    return text.strip()


Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Wait = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Rate = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Money = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class AiSettings(BaseSettings):
    """What the AI layer is told. Times are in seconds and may be fractions; money is in US dollars.

    `load_ai` fills it from all places; constructed directly it reads nothing but its arguments.
    """

    model_config = SettingsConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    base_url: Annotated[str, AfterValidator(_http_url)] = Field(
        OPENAI_URL, description="Address of the server, up to and including /v1"
    )
    api_key: SecretStr | None = Field(
        None, description="The server's key; any text that is not empty does for LM Studio"
    )
    model: str | None = Field(
        None, description="Name of the model; without it, the only model that a local server has loaded"
    )
    enabled: bool = Field(default=True, description="false turns models off: all texts are made by rule")
    request_timeout: Seconds = Field(60, description="Seconds for one whole request, wall clock")
    connection_timeout: Seconds = Field(10, description="Seconds to connect")
    cache_enabled: bool = Field(default=True, description="false turns off every cache of answers")
    cache_ttl: Seconds = Field(3600, description="Seconds that an answer stays in the memory cache")
    cache_max_size: int = Field(10_000, ge=1, description="Answers in the memory cache, the least used leave first")
    max_retry_attempts: int = Field(3, ge=1, le=10, description="Requests for one question, the first included")
    retry_multiplier: float = Field(
        2.0, gt=0, le=100, allow_inf_nan=False, description="How the wait grows from retry to retry"
    )
    retry_min_wait: Wait = Field(4, description="Shortest wait before a retry, in seconds")
    retry_max_wait: Wait = Field(30, description="Longest wait before a retry, in seconds, unless the server asks more")
    max_concurrent_requests: int = Field(10, ge=1, le=1000, description="Most requests under way at once")
    rate_limit_rpm: Rate = Field(60, description="Requests per minute; 0 is unlimited")
    metrics_enabled: bool = Field(default=True, description="false counts nothing")

    tokens_per_minute: Rate = Field(0, description="Tokens per minute, prompt and answer together; 0 is unlimited")
    total_timeout: Seconds = Field(150, description="Seconds for all attempts of one question, from the first one sent")
    temperature: float | None = Field(
        0.2, ge=0, le=2, allow_inf_nan=False, description="Sampling temperature; left out where a server refuses it"
    )
    language: Annotated[str, AfterValidator(_language)] = Field("English", description="Language of names and texts")
    fields_per_request: int = Field(
        0, ge=0, le=100, description="Fields in one prompt; 0 plans it from the server's speed and context"
    )
    privacy: Privacy | None = Field(
        None, description="none, shapes, masked or raw; unset is shapes in the cloud, masked for a local server"
    )
    max_cost: Money | None = Field(None, description="Most US dollars that a run may spend")
    max_requests: int | None = Field(None, ge=0, description="Most prompts that a run may send, those sent again too")
    max_time: Seconds | None = Field(
        None, description="Most seconds that a run may wait for models, from its first question"
    )
    price_input: Money | None = Field(None, description="US dollars per million prompt tokens, over the price list's")
    price_output: Money | None = Field(None, description="US dollars per million answer tokens, over the price list's")
    cache_path: Path | None = Field(None, description="File of the persistent cache; unset is in the cache folder")
    redis_url: SecretStr | None = Field(None, description="redis:// address of a cache that several workers share")
    allow_http: bool = Field(default=False, description="Allow plain http to hosts that are neither local nor private")

    _places: dict[str, str] = PrivateAttr(default_factory=dict)
    _keys: tuple[tuple[str | None, SecretStr], ...] = PrivateAttr(default=())

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the signature is the library's
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - load_ai reads the environment, and says so
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - same
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - same
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only arguments: what else is read is read by `load_ai`, place by place."""
        return (init_settings,)

    @field_validator("retry_max_wait")
    @classmethod
    def _waits_in_order(cls, longest: float, info: ValidationInfo) -> float:
        if longest < info.data.get("retry_min_wait", 0):
            raise ValueError(f"should not be less than {variable_of('retry_min_wait')}")
        return longest

    def model_post_init(self, context: Any) -> None:  # noqa: ARG002 - the library's
        """Bind a key that is given directly as one place would; `load_ai` binds those of all places."""
        given = {name: getattr(self, name) for name in self.model_fields_set}
        self._given_by({ARGUMENTS: given})

    def place_of(self, name: str) -> str | None:
        """Which place gave a setting: `arguments`, `environment`, a file's path; None for a default."""
        return self._places.get(name)

    @property
    def asked_by(self) -> str | None:
        """The `.env` or config file that says which server or model to use, so that a build asks it unasked."""
        if not self.enabled:
            return None
        places = (self.place_of("base_url"), self.place_of("model"))
        return next((place for place in places if place not in {None, ARGUMENTS, ENVIRONMENT}), None)

    @property
    def announced(self) -> bool:
        """A key is in the environment, but nothing asks for AI: worth a line, and no request."""
        return self.enabled and self.asked_by is None and self.place_of("api_key") == ENVIRONMENT

    def key_for(self, base_url: str | None = None) -> SecretStr | None:
        """The key that may be sent to this server (or to the set one), None if no key belongs to it.

        A place that gives a key and a URL binds the key to that URL's origin. A key without a URL is OpenAI's.
        """
        origin = _origin(base_url or self.base_url)
        return next((key for bound, key in self._keys if _belongs(bound, origin)), None)

    def privacy_for(self, *, local: bool) -> Privacy:
        """The level as set; else masked for a local server and shapes for others."""
        return self.privacy or (Privacy.MASKED if local else Privacy.SHAPES)

    def _given_by(self, given: Mapping[str, Mapping[str, Any]]) -> Self:
        """Remember the places, and which key each of them binds to which server."""
        pairs = [(place.get("base_url"), place["api_key"]) for place in given.values() if place.get("api_key")]
        self._keys = tuple((url and _origin(str(url)), _secret(key)) for url, key in pairs)
        for place, values in reversed(list(given.items())):
            self._places.update(dict.fromkeys(values, place))
        return self


def variable_of(name: str) -> str:
    """The variable of a setting: `base_url` is `OPENAI_BASE_URL`."""
    return f"{_DOCUMENTED if name in _DOCUMENTED_NAMES else _OURS}{name.upper()}"


_DOCUMENTED_NAMES = frozenset(
    (
        *("base_url", "api_key", "model", "enabled", "request_timeout", "connection_timeout", "cache_enabled"),
        *("cache_ttl", "cache_max_size", "max_retry_attempts", "retry_multiplier", "retry_min_wait", "retry_max_wait"),
        *("max_concurrent_requests", "rate_limit_rpm", "metrics_enabled"),
    )
)
_VARIABLES = {variable_of(name).lower(): name for name in AiSettings.model_fields}


def load_ai(
    *,
    environ: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    config_dir: Path | None = None,
    **overrides: Any,
) -> AiSettings:
    """The settings from all places; an override of None counts as not given, an empty variable as not set.

    Raises `UsageError` that names variable and place for what cannot be used, and never quotes a value.
    """
    environ = os.environ if environ is None else environ
    files = [folder / ".env" for folder in (cwd or Path.cwd(), config_dir or config_folder(environ))]
    given = {ARGUMENTS: _arguments(overrides), ENVIRONMENT: _variables(environ, ENVIRONMENT)}
    given |= {str(file): _variables(_read(file), str(file)) for file in files if file.is_file()}
    merged: dict[str, Any] = {}
    for values in reversed(given.values()):
        merged |= values
    try:
        settings = AiSettings(**merged)
    except ValidationError as error:
        raise _usage_error(error, given) from None
    return settings._given_by(given)  # noqa: SLF001 - the other half of the class


def config_folder(environ: Mapping[str, str]) -> Path:
    """Where a person's own `.env` stands: `ddgen` in the system's folder for configuration."""
    base = environ.get("XDG_CONFIG_HOME") or (environ.get("APPDATA") if os.name == "nt" else None)
    return (Path(base) if base else Path(environ.get("HOME") or Path.home()) / ".config") / "ddgen"


TYPES = "DDGEN_TYPES"
"""The variable that names files and folders with semantic types of one's own, separated as in PATH."""


def types_places(
    given: Sequence[Path] = (),
    *,
    environ: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    config_dir: Path | None = None,
) -> tuple[Path, ...]:
    """The files and folders with semantic types: those `given`, else those of the first place that sets DDGEN_TYPES.

    Relative ones in a `.env` file are relative to its folder. Raises UsageError where such a file cannot be read.
    """
    if given:
        return tuple(given)
    listed, folder = variable(TYPES, environ=environ, cwd=cwd, config_dir=config_dir) or ("", Path())
    return _paths(listed, folder)


def variable(
    name: str,
    *,
    environ: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    config_dir: Path | None = None,
) -> tuple[str, Path] | None:
    """What the first place that sets a variable says, and the folder that relative paths in it start from.

    Raises UsageError where a `.env` file cannot be read.
    """
    environ = os.environ if environ is None else environ
    cwd = cwd or Path.cwd()
    if environ.get(name, "").strip():
        return environ[name].strip(), cwd
    for file in (folder / ".env" for folder in (cwd, config_dir or config_folder(environ))):
        variables = {key.upper(): value for key, value in _read(file).items()} if file.is_file() else {}
        if value := (variables.get(name) or "").strip():
            return value, file.parent
    return None


def _paths(listed: str, folder: Path) -> tuple[Path, ...]:
    return tuple(folder / Path(place.strip()).expanduser() for place in listed.split(os.pathsep) if place.strip())


def _arguments(overrides: Mapping[str, Any]) -> dict[str, Any]:
    for name in overrides:
        if name not in AiSettings.model_fields:
            raise UsageError(f"there is no setting {name}{_meant(name, AiSettings.model_fields)}", where=ARGUMENTS)
    return {name: value for name, value in overrides.items() if value is not None}


def _variables(variables: Mapping[str, str | None], place: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for variable, value in variables.items():
        name = _VARIABLES.get(variable.lower())
        if name is None and variable.upper().startswith(_OURS):
            known = [variable_of(name) for name in AiSettings.model_fields]
            raise UsageError(f"there is no setting {variable.upper()}{_meant(variable.upper(), known)}", where=place)
        if name is not None and value is not None and value.strip():
            found[name] = value.strip()
    return found


def _read(file: Path) -> Mapping[str, str | None]:
    try:
        return DotEnvSettingsSource(AiSettings, env_file=file, env_file_encoding="utf-8-sig").env_vars
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("cannot be read as text in UTF-8", where=str(file)) from error


def _meant(wrong: str, known: Any) -> str:
    close = difflib.get_close_matches(wrong, list(known), n=1)
    return f"; {close[0]} was meant?" if close else ""


def _usage_error(error: ValidationError, given: Mapping[str, Mapping[str, Any]]) -> UsageError:
    said = []
    for problem in error.errors(include_input=False, include_url=False, include_context=False):
        name = str(problem["loc"][0]) if problem["loc"] else ""
        place = next((place for place, values in given.items() if name in values), "default")
        shown = name if place == ARGUMENTS else variable_of(name)
        said.append(f"{place}: {shown} {_complaint(problem['msg'])}")
    return UsageError("; ".join(dict.fromkeys(said)))


def _complaint(message: str) -> str:
    """The library's message as the rest of a sentence that begins with the setting's name."""
    text = message.removeprefix("Value error, ").partition(", unable to")[0]
    return text.replace("Input should be", "should be").replace("a valid ", "a ").replace("a boolean", "true or false")


def _secret(value: Any) -> SecretStr:
    return value if isinstance(value, SecretStr) else SecretStr(str(value))


def _origin(url: str) -> str:
    parts = urlsplit(url.strip())
    return f"{parts.scheme.lower()}://{(parts.hostname or '').rstrip('.')}:{_port(parts)}"


def _port(parts: SplitResult) -> int | None:
    try:
        return parts.port or {"http": 80, "https": 443}.get(parts.scheme.lower())
    except ValueError:
        return None


def _belongs(bound: str | None, origin: str) -> bool:
    if bound is not None:
        return bound == origin
    scheme, _, host = origin.partition("://")
    name, _, port = host.rpartition(":")
    return scheme == "https" and port == "443" and _OPENAI_HOST.fullmatch(name) is not None
