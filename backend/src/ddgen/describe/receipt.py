"""The receipt of a run: one line of JSON for each prompt that went out, readable by its owner only.

It says which fields were shown at which level, what was kept back and why, tokens and cost, and the hash of the
text sent. Prompts themselves are kept only where that was asked for; keys never are.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from ddgen.describe.firewall import FieldView, TableView, Withheld
from ddgen.errors import OutputError
from ddgen.llm.messages import Answer, Question
from ddgen.settings import Privacy


def prompt_hash(question: Question) -> str:
    """The hash of the text sent: SHA-256 of both messages, in hexadecimal digits."""
    return hashlib.sha256(f"{question.system}\0{question.user}".encode("utf-8", "surrogatepass")).hexdigest()


class Receipt:
    """Appends lines to a file that only its owner may read; safe for several threads and processes.

    Raises `OutputError` where the file cannot be made or written.
    """

    def __init__(self, path: Path, *, keep_prompts: bool = False, now: Callable[[], float] = time.time) -> None:
        self.path = path
        self._keep_prompts = keep_prompts
        self._now = now

    def add(  # noqa: PLR0913 - one line of facts
        self,
        question: Question,
        table: TableView,
        fields: Sequence[FieldView],
        *,
        level: Privacy,
        server: str,
        answer: Answer | None = None,
        failure: str | None = None,
        cost: float | None = None,
    ) -> dict[str, Any]:
        """Write one line, and return it. `server` is scheme, host and port; `failure` is a cause, not a text."""
        line: dict[str, Any] = {
            "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self._now())),
            "server": server,
            "level": level.value,
            "prompt_sha256": prompt_hash(question),
            "table": table.name,
            "fields": [_field(field) for field in fields],
            "withheld": [_withheld(one) for one in table.withheld],
            **(_answered(answer) if answer is not None else {"failure": failure or "no answer"}),
            "cost_usd": answer.cost if answer is not None and cost is None else cost,
        }
        if self._keep_prompts:
            line |= {"system": question.system, "user": question.user}
        self._append(line)
        return line

    def _append(self, line: dict[str, Any]) -> None:
        text = json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with _appending(self.path) as file:
                while text:
                    text = text[os.write(file, text) :]
        except OSError as error:
            raise OutputError(f"the receipt cannot be written ({error.strerror})", where=str(self.path)) from error


@contextlib.contextmanager
def _appending(path: Path) -> Iterator[int]:
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    try:
        if hasattr(os, "fchmod"):
            os.fchmod(file, 0o600)
        yield file
    finally:
        os.close(file)


def _field(field: FieldView) -> dict[str, Any]:
    shown = [
        name
        for name in ("semantic_type", "unit", "comment", "values", "samples", "shapes", "range", "lengths")
        if getattr(field, name)
    ]
    return {"path": field.path, "shown": shown, "withheld": [_withheld(one) for one in field.withheld]}


def _withheld(one: Withheld) -> dict[str, str]:
    return {"what": one.what, "why": one.why}


def _answered(answer: Answer) -> dict[str, Any]:
    usage = answer.usage
    return {
        "model": answer.model,
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "estimated": usage.estimated,
        "attempts": answer.attempts,
        "request_id": answer.request_id,
    }
