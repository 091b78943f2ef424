"""The endpoints of OpenAI's Batch API: a file of requests goes up, a batch works on it, files of answers come down."""

from __future__ import annotations

import json
import random
from collections.abc import Awaitable, Callable
from typing import Any

from ddgen.llm.classify import classify_exception, classify_response
from ddgen.llm.clock import Clock, SystemClock
from ddgen.llm.failure import CallFailed, Cause, Failure
from ddgen.llm.messages import Endpoint, Limits
from ddgen.llm.retry import wait_before
from ddgen.llm.wire import Reply, Wire

MARK = "ddgen_batch"
"""The metadata by which a batch is found again when the answer to its creation was lost."""

LISTED = 100
MOST_BYTES = 64 * 2**20
ABSENT = frozenset({404, 405, 501})

Step = Callable[[], Awaitable[Reply]]


class BatchServer:
    """Single steps, each tried again where that can do no harm. All raise CallFailed."""

    def __init__(self, endpoint: Endpoint, limits: Limits, clock: Clock | None = None) -> None:
        """Raise CallFailed (BLOCKED, SETTINGS) when the server's address may not be asked."""
        self.wire = Wire(endpoint, limits, max_bytes=MOST_BYTES)
        self._limits = limits
        self._clock = clock or SystemClock()
        self._rng = random.Random()  # noqa: S311 - jitter needs no secrecy

    async def upload(self, lines: bytes) -> str:
        """The id of a new file; SETTINGS where the server has no Batch API."""
        reply = await self._persist(lambda: self.wire.upload("/files", "requests.jsonl", lines, {"purpose": "batch"}))
        if reply.status in ABSENT:
            raise CallFailed(Failure(Cause.SETTINGS, "this server has no Batch API", reply.status))
        return _id(self._document(reply))

    async def create(self, file: str, mark: str) -> str:
        """The id of a new batch over an uploaded file; asked once, since a second one would be billed too."""
        payload = {
            "input_file_id": file,
            "endpoint": "/v1/chat/completions",
            "completion_window": "24h",
            "metadata": {MARK: mark},
        }
        return _id(self._document(await self._once(lambda: self.wire.send("POST", "/batches", payload))))

    async def find(self, mark: str) -> dict[str, Any] | None:
        """The batch that was created with this mark, among the latest ones; None where there is none."""
        batches = self._document(await self._get(f"/batches?limit={LISTED}")).get("data")
        known = [batch for batch in batches or [] if isinstance(batch, dict)]
        return next((batch for batch in known if (batch.get("metadata") or {}).get(MARK) == mark), None)

    async def retrieve(self, batch: str) -> dict[str, Any]:
        """How far a batch is."""
        return self._document(await self._get(f"/batches/{batch}"))

    async def cancel(self, batch: str) -> dict[str, Any]:
        """End a batch; what is finished by then is billed and can be collected."""
        return self._document(await self._persist(lambda: self.wire.send("POST", f"/batches/{batch}/cancel", {})))

    async def content(self, file: str) -> bytes:
        """A file's bytes."""
        reply = await self._get(f"/files/{file}/content")
        if reply.status != 200:
            self._document(reply)
        return reply.body

    async def delete(self, file: str) -> None:
        """Remove a file; one that is not there is removed."""
        reply = await self._persist(lambda: self.wire.send("DELETE", f"/files/{file}"))
        if reply.status != 404:
            self._document(reply)

    async def aclose(self) -> None:
        """Close every connection."""
        await self.wire.aclose()

    def failure_in(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> Failure | None:
        """What speaks against a response, or against one that stands in a file."""
        return classify_response(status, headers or {}, body, self._clock.time(), local=False)

    def _document(self, reply: Reply) -> dict[str, Any]:
        failure = self.failure_in(reply.status, reply.body, dict(reply.headers))
        if failure is not None:
            raise CallFailed(failure, attempts=1)
        found: dict[str, Any] = json.loads(reply.body)
        return found

    async def _get(self, path: str) -> Reply:
        return await self._persist(lambda: self.wire.get(path, seconds=self._limits.request_timeout))

    async def _persist(self, step: Step) -> Reply:
        """The reply to a step that may be repeated, after as many attempts as the limits allow."""
        attempt = 1
        while True:
            reply, failure = await self._tried(step)
            if failure is not None and self._may_help(failure, attempt):
                attempt += 1
                await self._clock.sleep(wait_before(attempt, failure.retry_after, self._limits, self._rng))
            elif reply is not None:
                return reply
            else:
                raise CallFailed(failure or Failure(Cause.NETWORK), attempts=attempt)

    def _may_help(self, failure: Failure, attempt: int) -> bool:
        """Whether to try again."""
        bearable = (failure.retry_after or 0.0) <= self._limits.max_hint
        return failure.policy.retry and bearable and attempt < self._limits.max_attempts

    async def _tried(self, step: Step) -> tuple[Reply | None, Failure | None]:
        try:
            reply = await self._once(step)
        except CallFailed as failed:
            return None, failed.failure
        if reply.status < 400:
            return reply, None
        return reply, self.failure_in(reply.status, reply.body, dict(reply.headers))

    async def _once(self, step: Step) -> Reply:
        import openai

        try:
            return await step()
        except (openai.OpenAIError, TimeoutError, OSError) as error:
            raise CallFailed(classify_exception(error), attempts=1) from error


def _id(document: dict[str, Any]) -> str:
    found = document.get("id")
    if not isinstance(found, str) or not found:
        raise CallFailed(Failure(Cause.BAD_OUTPUT, "the server named no id"))
    return found
