"""The error tree: every error knows its exit code, its HTTP status and what to do about it.

Exit codes of the command line: 0 done, 1 an error of ours, 2 wrong usage, 3 the input had problems,
4 an output could not be written, 5 a model server that was asked for gave no answer,
6 a gate does not let a change pass, 130 interrupted.
"""

from __future__ import annotations


class DdgenError(Exception):
    """Something that can be told to a person in one line: what, where, and what to do."""

    exit_code = 1
    http_status = 500
    code = "internal"

    def __init__(self, message: str, *, where: str | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        """The one line: `where: message. hint`."""
        place = f"{self.where}: " if self.where else ""
        advice = f". {self.hint}" if self.hint else ""
        return f"{place}{self.message}{advice}"


class Transient(DdgenError):
    """May succeed when tried again."""

    http_status = 503


class Terminal(DdgenError):
    """Will fail again however often it is tried."""


class UsageError(Terminal):
    """The request itself is wrong: an unknown option, format, table or field; `others` are more of the same kind."""

    exit_code = 2
    http_status = 422
    code = "usage"

    def __init__(
        self,
        message: str,
        *,
        where: str | None = None,
        hint: str | None = None,
        others: tuple[UsageError, ...] = (),
    ) -> None:
        super().__init__(message, where=where, hint=hint)
        self.others = others


class InputError(Terminal):
    """An input cannot be read at all; `code` says why in one word, `byte` where in it, if that is known."""

    exit_code = 3
    http_status = 422

    def __init__(
        self,
        message: str,
        *,
        code: str = "unreadable",
        where: str | None = None,
        hint: str | None = None,
        byte: int | None = None,
    ) -> None:
        super().__init__(message, where=where, hint=hint)
        self.code = code
        self.byte = byte


class OutputError(Terminal):
    """A result could not be written (no space, no permission, no such folder)."""

    exit_code = 4
    http_status = 507
    code = "output"


class DocumentError(Terminal):
    """A dictionary document is not one, or is of a version this ddgen does not know."""

    exit_code = 3
    http_status = 422
    code = "document"


class GateError(Terminal):
    """What somebody asked not to let pass has happened: a breaking change, too few fields that are described."""

    exit_code = 6
    http_status = 409
    code = "gate"


class Interrupted(Transient):
    """A person stopped the run; what was read until then is kept."""

    exit_code = 130
    http_status = 409
    code = "interrupted"


class ExternalServiceError(Transient):
    """A server that is needed, most often a model's, gave no answer.

    `reason` says why in one word, `retry_after` when to come back (seconds).
    """

    exit_code = 5
    http_status = 503
    code = "external_service"

    def __init__(
        self,
        message: str,
        *,
        reason: str = "failed",
        retry_after: float | None = None,
        where: str | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message, where=where, hint=hint)
        self.reason = reason
        self.retry_after = retry_after


class RateLimitError(ExternalServiceError):
    """The model server allows no more requests for now, or none until someone pays (`reason` is `quota`)."""

    http_status = 429
    code = "rate_limit"


class NotFound(Terminal):
    """There is nothing of that name or id in the store."""

    exit_code = 2
    http_status = 404
    code = "not_found"


class Conflict(Terminal):
    """What is asked for does not go together with what is there; nothing was changed."""

    exit_code = 2
    http_status = 409
    code = "conflict"


class PreconditionFailed(Conflict):
    """Someone else has changed it since it was read; `current` is how it is now, with its `row_version`."""

    http_status = 412
    code = "precondition_failed"

    def __init__(
        self,
        message: str,
        *,
        current: object = None,
        row_version: int | None = None,
        where: str | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message, where=where, hint=hint)
        self.current = current
        self.row_version = row_version


class StoreError(Terminal):
    """The store cannot be used: it is damaged, of a later ddgen, or no store at all."""

    exit_code = 3
    http_status = 500
    code = "store"


class StoreBusy(Transient):
    """The store gives no answer for now: another process holds it, or its server is away. Nothing was changed."""

    exit_code = 3
    code = "store_busy"


class Malformed(Terminal):
    """A request that cannot be read at all."""

    exit_code = 2
    http_status = 400
    code = "malformed"


class Unauthenticated(Terminal):
    """Nobody is known by what was sent to say who asks."""

    exit_code = 2
    http_status = 401
    code = "unauthenticated"


class Forbidden(Terminal):
    """Who asks is known, and may not do that."""

    exit_code = 2
    http_status = 403
    code = "forbidden"


class TooLarge(Terminal):
    """More was sent than is taken."""

    exit_code = 2
    http_status = 413
    code = "too_large"


class Misdirected(Terminal):
    """A request for another host: a page in a browser may have been led here."""

    exit_code = 2
    http_status = 421
    code = "misdirected"


class PreconditionRequired(Terminal):
    """A change has to name the version that it changes, so that nobody's work is overwritten unawares."""

    exit_code = 2
    http_status = 428
    code = "precondition_required"


class TooManyRequests(Transient):
    """More requests came than are allowed; `retry_after` says when to come back (seconds)."""

    exit_code = 5
    http_status = 429
    code = "too_many_requests"

    def __init__(
        self, message: str, *, retry_after: float = 1.0, where: str | None = None, hint: str | None = None
    ) -> None:
        super().__init__(message, where=where, hint=hint)
        self.retry_after = retry_after
