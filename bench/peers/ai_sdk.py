"""The openai SDK as its documentation shows it: its own retries, a batch of fields a prompt, ten prompts at a time."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import httpx2
import openai
from faults.ring import Knobs, Text

from ddgen.describe.facts import FieldFacts

SYSTEM = "You describe the fields of a table for business people. Answer with JSON: one object per field id."
CAUSES: tuple[tuple[type[openai.OpenAIError], str], ...] = (
    (openai.AuthenticationError, "auth"),
    (openai.PermissionDeniedError, "auth"),
    (openai.RateLimitError, "rate"),
    (openai.APITimeoutError, "timeout"),
    (openai.APIConnectionError, "network"),
    (openai.InternalServerError, "overload"),
    (openai.BadRequestError, "bad_request"),
)


class ScaledSdk(openai.AsyncOpenAI):
    """The SDK, whose own waits are divided; those that a server asks for are not."""

    scale = 1.0

    def _calculate_retry_timeout(
        self, remaining_retries: int, options: Any, response_headers: httpx2.Headers | None = None
    ) -> float:
        wait = super()._calculate_retry_timeout(remaining_retries, options, response_headers)
        asked = self._parse_retry_after_header(response_headers)
        return wait if wait == asked else wait / self.scale


class Sdk:
    """openai.AsyncOpenAI with retries; what fails gets the text by rule, as a careful application would do."""

    means = frozenset({"metrics"})
    title: ClassVar[str] = "openai SDK, its own retries"
    retries: ClassVar[int | None] = None

    def __init__(self, knobs: Knobs) -> None:
        self.knobs = knobs
        timeout = httpx2.Timeout(knobs.request_timeout / knobs.scale, connect=knobs.connection_timeout)
        retries = knobs.max_attempts - 1 if self.retries is None else self.retries
        self.client = ScaledSdk(base_url=knobs.base_url, api_key=knobs.api_key, max_retries=retries, timeout=timeout)
        self.client.scale = knobs.scale
        self._turns = asyncio.Semaphore(knobs.max_concurrent)
        self._counts = dict.fromkeys(("requests", "prompt_tokens", "completion_tokens"), 0)

    async def describe(self, fields: Sequence[FieldFacts]) -> list[Text]:
        """One text for every field, in order."""
        size = self.knobs.batch
        batches = [fields[start : start + size] for start in range(0, len(fields), size)]
        texts = await asyncio.gather(*(self._batch(batch) for batch in batches))
        return [text for part in texts for text in part]

    async def _batch(self, fields: Sequence[FieldFacts]) -> list[Text]:
        async with self._turns:
            try:
                said = json.loads(await self.ask(fields))
                return [Text(said[f"c{n}"]["description"], said[f"c{n}"]["business_name"]) for n in range(len(fields))]
            except openai.OpenAIError as error:
                return [by_rule(field, error) for field in fields]
            except (ValueError, KeyError):
                return [Text(field.rule_description, field.rule_name, False, "bad_output") for field in fields]

    async def ask(self, fields: Sequence[FieldFacts]) -> str:
        """The answer's text."""
        reply = await self.client.chat.completions.create(**payload(self.knobs.model, fields))
        self._counts["requests"] += 1
        if reply.usage is not None:
            self._counts["prompt_tokens"] += reply.usage.prompt_tokens
            self._counts["completion_tokens"] += reply.usage.completion_tokens
        return reply.choices[0].message.content or ""

    def breaker_open(self) -> bool:
        """There is none."""
        return False

    def counts(self) -> dict[str, int]:
        """Answers, and the tokens that they say they took."""
        return self._counts

    async def aclose(self) -> None:
        """Close every connection."""
        await self.client.close()


def payload(model: str, fields: Sequence[FieldFacts]) -> dict[str, Any]:
    """The prompt of a batch, with a schema as strict as ours."""
    lines = [
        f"c{number}: {field.path} ({field.data_type}), for example {', '.join(field.samples[:5])}"
        + (f". {field.comment}" if field.comment else "")
        for number, field in enumerate(fields)
    ]
    texts = {"business_name": {"type": "string"}, "description": {"type": "string"}}
    schema = _object({f"c{number}": _object(texts) for number in range(len(fields))})
    return {
        "model": model,
        "messages": [{"role": "system", "content": SYSTEM}, {"role": "user", "content": "\n".join(lines)}],
        "response_format": {"type": "json_schema", "json_schema": {"name": "a", "strict": True, "schema": schema}},
        "temperature": 0.2,
        "max_tokens": 120 * len(fields) + 60,
    }


def _object(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def by_rule(field: FieldFacts, error: openai.OpenAIError) -> Text:
    """The text by rule, with what the SDK says about why."""
    cause = next((cause for kind, cause in CAUSES if isinstance(error, kind)), "other")
    response = getattr(error, "response", None)
    told = response.headers.get("retry-after") if response is not None else None
    wait = float(told) if told is not None and told.replace(".", "", 1).isdigit() else None
    status = getattr(error, "status_code", None)
    return Text(field.rule_description, field.rule_name, False, cause, wait, status, str(error))
