"""What a server understands: how an answer's form can be asked for, and which parameters it takes.

One ladder belongs to one server and model. It starts with the strictest form and comes down a rung, or leaves a
parameter out, whenever the server refuses something; what was refused once is not tried again.
"""

from __future__ import annotations

import json
import re
from typing import Any, Literal

from ddgen.llm.messages import Question

Rung = Literal["json_schema_strict", "json_schema", "json_object", "text"]
RUNGS: tuple[Rung, ...] = ("json_schema_strict", "json_schema", "json_object", "text")

FORM_WORDS = re.compile(r"response_?format|json_schema|json_object|schema|grammar|structured|strict", re.IGNORECASE)
PARAMETERS = {
    "max_completion_tokens": re.compile(r"max_completion_tokens|maxCompletionTokens"),
    "max_tokens": re.compile(r"max_tokens"),
    "temperature": re.compile(r"temperature", re.IGNORECASE),
    "reasoning_effort": re.compile(r"reasoning", re.IGNORECASE),
}
NO_SCHEMAS = re.compile(
    r"json_schema\W{0,3}(?:(?:response )?(?:type|format|mode) )?(?:is |are )?(?:not |un)(?:supported|available|allowed)"
    r"|(?:unsupported|not support\w*|unknown|unexpected)\b[^.]{0,60}json_schema"
    r"|(?:must be|one of|expected)(?![^.]*json_schema)[^.]*json_object",
    re.IGNORECASE,
)
"""A refusal of schemas as such, with or without `strict`."""

EFFORTS: tuple[str | None, ...] = ("none", "minimal", "low", None)
REASONING_MODELS = (
    (re.compile(r"(?:.*/)?o[134](?:-|$)"), "low"),
    (re.compile(r"(?:.*/)?gpt-5(?:-|$)(?!chat)"), "minimal"),
    (re.compile(r"(?:.*/)?gpt-(?:5\.\d+|[6-9])(?!.*chat)"), "none"),
)
"""How little each family can be asked to reason; later names are refused into shape."""

REASONING_ALLOWANCE = 1024
"""Tokens that hidden reasoning may take beside the answer: they count towards the same limit."""


class Ladder:
    """`payload` asks in the best way still believed in; `refused` tells it that the server would not take one."""

    def __init__(self, *, openai: bool, model: str) -> None:
        self._rung = 0
        self._token_names: list[str | None] = ["max_completion_tokens", "max_tokens", None]
        if not openai:
            self._token_names = ["max_tokens", "max_completion_tokens", None]
        self._temperature = True
        self.reasons = openai and any(form.match(model) for form, _ in REASONING_MODELS)
        least = next((effort for form, effort in REASONING_MODELS if form.match(model)), None)
        self._efforts = list(EFFORTS[EFFORTS.index(least) :]) if openai and least else [None]

    @property
    def rung(self) -> Rung:
        """The form in use."""
        return RUNGS[self._rung]

    def payload(self, question: Question, model: str) -> dict[str, Any]:
        """The body of a chat completion."""
        payload: dict[str, Any] = {"model": model, "messages": self._messages(question)}
        if question.schema is not None and self.rung != "text":
            payload["response_format"] = _form(self.rung, question.schema)
        if (name := self._token_names[0]) and question.max_output_tokens > 0:
            payload[name] = question.max_output_tokens + (REASONING_ALLOWANCE if self.reasons else 0)
        if self._temperature and question.temperature is not None:
            payload["temperature"] = question.temperature
        if (effort := self._efforts[0]) is not None:
            payload["reasoning_effort"] = effort
        return payload

    def _messages(self, question: Question) -> list[dict[str, str]]:
        system = question.system
        if question.schema is not None and self.rung in {"json_object", "text"}:
            form = json.dumps(question.schema, separators=(",", ":"))
            system = f"{system}\nAnswer with one JSON object that follows this JSON Schema, and nothing else: {form}"
        return [{"role": "system", "content": system}, {"role": "user", "content": question.user}]

    def refused(self, failure_text: str, payload: dict[str, Any] | None = None) -> bool:
        """Take note of a refusal; False when nothing is left to leave out.

        `payload` is what was refused: where the ladder has come down since, asking again is enough. What a message
        names first is what it is about; where it names nothing we sent, the form is given up.
        """
        sent = payload if payload is not None else self._everything()
        if payload is not None and self._has_moved(payload):
            return True
        named = [(found.start(), name) for name, form in PARAMETERS.items() if (found := form.search(failure_text))]
        if (form := FORM_WORDS.search(failure_text)) is not None:
            named.append((form.start(), "response_format"))
        culprit = next((name for _, name in sorted(named) if name in sent), "response_format")
        if culprit == "response_format" and NO_SCHEMAS.search(failure_text) and "strict" not in failure_text.lower():
            self._rung = max(self._rung, RUNGS.index("json_schema"))
        return culprit in sent and self._give_up(culprit)

    def _everything(self) -> dict[str, Any]:
        question = Question("", "", schema={}, temperature=0.0)
        return self.payload(question, "")

    def _has_moved(self, payload: dict[str, Any]) -> bool:
        now = self._everything()
        for name in ("max_tokens", "max_completion_tokens", "temperature"):
            if name in payload and name not in now:
                return True
        if payload.get("reasoning_effort") != now.get("reasoning_effort"):
            return True
        return "response_format" in payload and _rung_of(payload) != self.rung

    def _give_up(self, name: str) -> bool:
        match name:
            case "max_tokens" | "max_completion_tokens":
                del self._token_names[0]
            case "temperature":
                self._temperature = False
            case "reasoning_effort":
                del self._efforts[0]
            case _:
                self._rung += 1
        return True


def _rung_of(payload: dict[str, Any]) -> Rung:
    form = payload.get("response_format")
    if form is None:
        return "text"
    if form["type"] == "json_object":
        return "json_object"
    return "json_schema_strict" if form["json_schema"].get("strict") else "json_schema"


def _form(rung: Rung, schema: dict[str, Any]) -> dict[str, Any]:
    if rung == "json_object":
        return {"type": "json_object"}
    if rung == "json_schema":
        return {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema}}
    return {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": _closed(schema)}}


def _closed(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema as strict servers want it: every property required, and none beside them."""
    closed = dict(schema)
    if "properties" in schema:
        closed["properties"] = {name: _closed(part) for name, part in schema["properties"].items()}
        closed["required"] = list(schema["properties"])
        closed["additionalProperties"] = False
    if "items" in schema:
        closed["items"] = _closed(schema["items"])
    return closed
