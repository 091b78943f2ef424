"""The types of problems: each has a page at `/problems/{slug}` that says what it means and what to do."""

from __future__ import annotations

from dataclasses import dataclass

from ddgen import errors


@dataclass(frozen=True, slots=True)
class ProblemType:
    """A kind of problem: its status, its title, and what a caller can do."""

    status: int
    title: str
    advice: str


TYPES = {
    "malformed": ProblemType(400, "The request cannot be read", "Send JSON in UTF-8, and cursors as they were given."),
    "unauthenticated": ProblemType(
        401, "Nobody knows who asks", "Send a key: `Authorization: Bearer ddg_...`. `ddgen keys create` makes one."
    ),
    "forbidden": ProblemType(403, "Not allowed", "The key lacks the scope, or the user the role. Ask an admin."),
    "not_found": ProblemType(404, "Not found", "Check the address and the id; it may have been deleted."),
    "method_not_allowed": ProblemType(405, "Not possible here", "Use one of the methods in `Allow`."),
    "conflict": ProblemType(409, "In conflict with what is there", "Look at how it is now, then decide again."),
    "precondition_failed": ProblemType(
        412, "Someone else was faster", "`current` is how it is now, `ETag` its version. Merge, then send it again."
    ),
    "too_large": ProblemType(413, "Too large", "Send less, or ask the operator for a higher limit."),
    "misdirected": ProblemType(
        421,
        "Another host was meant",
        "Call the server by a name that it knows; the operator adds names with --allow-host.",
    ),
    "invalid": ProblemType(422, "The request does not fit the schema", "`errors` says what is wrong, and where."),
    "usage": ProblemType(422, "The request cannot be done as it stands", "`detail` says why, `hint` what to do."),
    "input": ProblemType(
        422, "The data cannot be read", "`code` says why: a damaged or an unknown format, for example."
    ),
    "document": ProblemType(422, "No dictionary", "Send a document that ddgen has written."),
    "precondition_required": ProblemType(
        428, "The version is missing", "Send `If-Match` with the `ETag` that you have read."
    ),
    "too_many_requests": ProblemType(429, "Too many requests", "Come back after `Retry-After` seconds."),
    "rate_limit": ProblemType(
        429,
        "The model server allows no more",
        "Come back after `Retry-After` seconds; with reason `quota`, someone pays.",
    ),
    "internal": ProblemType(500, "An error of ours", "Tell the operator the `request_id`."),
    "external_service": ProblemType(
        503, "A server that is needed gave no answer", "Try again. Of a model server, `GET /ai/status` tells more."
    ),
    "store_busy": ProblemType(503, "The store is busy", "Nothing was changed. Try again."),
    "output": ProblemType(507, "No room", "The operator has to make room on the disk."),
}

_OF_CLASS: dict[type[errors.DdgenError], str] = {
    errors.InputError: "input",
    errors.Interrupted: "conflict",
    errors.StoreError: "internal",
}


def slug_of(error: errors.DdgenError) -> str:
    """The type of problem that an error is."""
    for kind, slug in _OF_CLASS.items():
        if isinstance(error, kind):
            return slug
    return error.code if error.code in TYPES else "internal"
