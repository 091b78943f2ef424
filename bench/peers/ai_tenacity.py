"""tenacity around the openai SDK: the usual loop, with the documented numbers (3 attempts, 4 to 30 s, jitter)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import openai
from peers.ai_sdk import Sdk
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from ddgen.describe.facts import FieldFacts

RETRIED = (openai.RateLimitError, openai.APIConnectionError, openai.InternalServerError)


class Tenacity(Sdk):
    """The SDK's retries are off, tenacity's are on."""

    title: ClassVar[str] = "tenacity around the SDK"
    retries: ClassVar[int | None] = 0

    async def ask(self, fields: Sequence[FieldFacts]) -> str:
        """The answer's text, after up to three attempts."""
        scale = self.knobs.scale
        retrying = AsyncRetrying(
            retry=retry_if_exception_type(RETRIED),
            stop=stop_after_attempt(self.knobs.max_attempts),
            wait=wait_random_exponential(multiplier=2 / scale, min=4 / scale, max=30 / scale),
            reraise=True,
        )
        return await retrying(super().ask, fields)
