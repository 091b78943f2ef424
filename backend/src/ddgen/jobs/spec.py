"""What a run is asked to do. It is kept in the store, so it holds no secret."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ddgen.errors import UsageError
from ddgen.jobs import mail, webhook
from ddgen.settings import Privacy
from ddgen.sources import database_url, named

_NAME = Annotated[str, Field(min_length=1, max_length=200)]
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


class RunSpec(BaseModel):
    """The sources and options of a run. Whoever asks has checked that these sources may be read.

    `name` is the dictionary's; money is in US dollars, times are in seconds.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    sources: tuple[_NAME, ...] = Field(min_length=1, description="Files, folders, globs, addresses of databases")
    name: _NAME | None = Field(None, description="What the dictionary is called; unset is after the first source")
    names: dict[str, str] = Field(default_factory=dict, description="By path, the names that tables of files get")
    tables: tuple[str, ...] = Field((), description="Only tables whose name fits one of these patterns")
    sample: int | None = Field(None, ge=1, description="Take the facts from that many records of each table")
    types: tuple[str, ...] = Field((), description="Files and folders with semantic types")
    glossary: str | None = Field(None, description="A file that says what abbreviations mean")
    maps: dict[str, bool] = Field(default_factory=dict, description="Of object paths, whether they are maps")
    pii: dict[str, str] = Field(default_factory=dict, description="Verdicts on personal data by place")
    inside: bool = Field(default=True, description="Look into texts for documents")
    relations: bool = Field(default=True, description="Look for references that nothing declares")
    unmasked: bool = Field(default=False, description="Leave personal values in")
    ai: bool = Field(default=False, description="Ask a model for names and descriptions")
    model: str | None = Field(None, description="The model, over OPENAI_MODEL")
    privacy: Privacy | None = Field(None, description="What a model may see")
    max_cost: float | None = Field(None, ge=0, description="Most US dollars to spend on models")
    max_requests: int | None = Field(None, ge=0, description="Most requests to models")
    max_time: float | None = Field(None, gt=0, description="Most seconds to wait for models")
    discard: tuple[str, ...] = Field((), description="Files that are removed once the run is over: uploads")
    webhooks: tuple[str, ...] = Field((), description="Addresses told when the run fails or finds what breaks readers")
    emails: tuple[str, ...] = Field((), description="E-mail addresses told of the same")

    @model_validator(mode="after")
    def _can_be_done(self) -> Self:
        for source in self.sources:
            if holds_password(source):
                raise ValueError(
                    f"{database_url.hidden(source)} holds a password; write a variable of the worker's environment "
                    "in its place, as in postgresql://me:${SHOP_PASSWORD}@host/shop"
                )
            if source == "-":
                raise ValueError("a run cannot read standard input; write the data to a file first")
        for url in self.webhooks:
            try:
                webhook.check(url)
            except UsageError as error:
                raise ValueError(error.message) from None
        if wrong := [address for address in self.emails if not mail.is_address(address)]:
            raise ValueError(f"{wrong[0]!r} is no e-mail address")
        return self

    @property
    def dictionary(self) -> str:
        """The name of the dictionary."""
        return self.name or named.after(self.sources)

    def request(self) -> dict[str, object]:
        """What the store keeps."""
        return self.model_dump(mode="json", exclude_defaults=True)


def read(request: object) -> RunSpec:
    """The spec in what a client or the store says. Raises UsageError, which quotes no value."""
    try:
        return RunSpec.model_validate(request)
    except ValidationError as error:
        raise UsageError("; ".join(_said(error)), where="run") from None


def _said(error: ValidationError) -> list[str]:
    return [
        f"{'.'.join(map(str, problem['loc']))} {problem['msg']}".strip().replace("Value error, ", "")
        for problem in error.errors(include_input=False, include_url=False, include_context=False)
    ]


def holds_password(source: str) -> bool:
    """Whether an address of a database holds a password in clear, and not the name of a variable."""
    if not database_url.is_database(source):
        return False
    password = database_url.parse(source).password
    return password is not None and _VARIABLE.fullmatch(password) is None


def opened(source: str) -> str:
    """A source as it is read: with the password that a variable of the environment holds.

    Raises UsageError where that variable is not set.
    """
    if not database_url.is_database(source):
        return source

    def value(found: re.Match[str]) -> str:
        from urllib.parse import quote

        secret = os.environ.get(found[1])
        if secret is None:
            hint = "Set it where the worker runs"
            raise UsageError(f"the variable {found[1]} is not set", where=database_url.hidden(source), hint=hint)
        return quote(secret, safe="")

    return _VARIABLE.sub(value, source)


def anchored(source: str) -> str:
    """A source that means the same in every working folder."""
    return source if "://" in source else str(Path(source).expanduser().absolute())
