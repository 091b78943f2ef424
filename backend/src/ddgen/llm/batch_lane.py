"""The slow lane at half the price: questions handed to OpenAI's Batch API now, their answers fetched another day."""

from __future__ import annotations

import contextlib
import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ddgen.llm import envelope
from ddgen.llm.batch_lane_files import BatchServer
from ddgen.llm.budget import Budget, Reservation
from ddgen.llm.clock import Clock, SystemClock
from ddgen.llm.disk_journal import BatchRecord, Journal
from ddgen.llm.failure import CallFailed, Cause, Failure
from ddgen.llm.ladder import Ladder
from ddgen.llm.messages import Answer, Endpoint, Limits, Question
from ddgen.llm.prices import Price
from ddgen.llm.wire import Reply

OVER = frozenset({"completed", "failed", "expired", "cancelled"})

MOST_ANSWER_BYTES = 48 * 2**20
"""What the answers of one batch may come to: they come in one file, of which no more than `MOST_BYTES` are read."""

BYTES_PER_TOKEN = 6
ENVELOPE_BYTES = 2_000
MOST_REQUEST_BYTES = 100 * 2**20
MOST_REQUESTS = 50_000
"""OpenAI takes no larger files, and no more requests in one."""


DOUBT_SECONDS = 3_600.0
"""How long a batch whose creation was not answered may take to turn up."""


@dataclass(frozen=True, slots=True)
class BatchUnit:
    """A question under its key. `context` is for whoever reads the answer; it is kept on disk, the prompt is not."""

    key: str
    question: Question
    context: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BatchStatus:
    """How far a batch is; `state` is OpenAI's word, or `lost` where the server does not know it."""

    id: str
    run: str
    state: str
    total: int
    completed: int
    failed: int
    submitted: float
    """Unix seconds."""

    @property
    def over(self) -> bool:
        """Whether it can be collected."""
        return self.state in OVER or self.state == "lost"


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What came of one unit: an answer, or a failure."""

    key: str
    context: dict[str, Any]
    answer: Answer | None = None
    failure: Failure | None = None


class BatchLane:
    """Submits, looks after and collects batches for one model of one server; what is open stands in the journal.

    `submit`, close the program, `status` whenever, `collect` once over, keep the answers, `finish`. A program that is
    killed at any point loses nothing: batches are found again by their mark, and collecting may be repeated.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        limits: Limits,
        journal: Journal,
        *,
        price: Price | None = None,
        budget: Budget | None = None,
        clock: Clock | None = None,
    ) -> None:
        """`price` is the one for batches. Raises CallFailed (BLOCKED, SETTINGS) for a wrong address or no model."""
        if not endpoint.model:
            raise CallFailed(Failure(Cause.SETTINGS, "a batch needs the name of a model"))
        self._model = endpoint.model
        self._server = BatchServer(endpoint, limits, clock)
        self._origin = str(self._server.wire.origin)
        self._ladder = Ladder(openai=self._server.wire.openai, model=self._model)
        self._journal = journal
        self._price = price
        self._budget = budget or Budget()
        self._clock = clock or SystemClock()

    async def submit(self, run: str, units: Sequence[BatchUnit]) -> list[str]:
        """Hand over all units, in as many batches as their answers need; returns the batches' ids.

        Raises CallFailed; batches that were submitted until then stay, and `waiting` knows their units.
        """
        return [await self._submit_part(run, part) for part in self._parts(units)]

    def waiting(self) -> set[str]:
        """The keys of all units that are in open batches: nobody need ask them again."""
        return {key for record in self._records() for key in record.document["units"]}

    async def status(self) -> list[BatchStatus]:
        """How far the open batches are, oldest first."""
        found = [await self._look_at(record) for record in self._records()]
        return [status for status in found if status is not None]

    async def collect(self, batch: str) -> list[BatchResult] | None:
        """What came of every unit of a batch, finished work of expired and cancelled ones included; None: not over yet.

        Nothing is forgotten before `finish`. Raises CallFailed (BAD_REQUEST) for a batch that is not known here.
        """
        record = self._record(batch)
        document = await self._document(record)
        if document is None:
            return self._results(record, {}, Failure(Cause.BAD_REQUEST, "the server does not know this batch"))
        if document.get("status") not in OVER:
            return None
        lines: dict[str, dict[str, Any]] = {}
        for name in ("error_file_id", "output_file_id"):
            if document.get(name):
                lines |= _by_key(await self._server.content(document[name]))
        return self._results(record, lines, self._reason(document))

    async def finish(self, batch: str) -> None:
        """The answers are kept: remove the files from the server, and forget the batch."""
        record = self._record(batch)
        document = await self._document(record) or {}
        files = {document.get(name) for name in ("input_file_id", "output_file_id", "error_file_id")}
        for file in sorted(name for name in files | {record.document.get("file")} if name):
            await self._server.delete(file)
        self._journal.forget_batch(batch)

    async def cancel(self, batch: str) -> None:
        """End a batch before its time; it can be collected some minutes later. One that is over stays as it is.

        Raises CallFailed (BAD_REQUEST) for a batch that is not known here, or not (yet) at the server.
        """
        record = self._record(batch)
        document = await self._document(record)
        if document is None:
            raise CallFailed(Failure(Cause.BAD_REQUEST, "the server does not know this batch, or not yet"))
        if document.get("status") in OVER:
            return
        try:
            await self._server.cancel(str(document.get("id")))
        except CallFailed:
            # It may have ended, or been cancelled by somebody else, since we looked.
            if ((await self._document(record)) or {}).get("status") not in OVER | {"cancelling", "finalizing"}:
                raise

    async def aclose(self) -> None:
        """Close every connection."""
        await self._server.aclose()

    def _parts(self, units: Sequence[BatchUnit]) -> Iterator[list[tuple[BatchUnit, bytes]]]:
        part: list[tuple[BatchUnit, bytes]] = []
        sent = answered = 0
        for unit in units:
            line = self._line(unit)
            answer = ENVELOPE_BYTES + BYTES_PER_TOKEN * unit.question.max_output_tokens
            full = answered + answer > MOST_ANSWER_BYTES or sent + len(line) > MOST_REQUEST_BYTES
            if part and (full or len(part) == MOST_REQUESTS):
                yield part
                part, sent, answered = [], 0, 0
            part.append((unit, line))
            sent += len(line)
            answered += answer
        if part:
            yield part

    def _line(self, unit: BatchUnit) -> bytes:
        body = self._ladder.payload(unit.question, self._model)
        request = {"custom_id": unit.key, "method": "POST", "url": "/v1/chat/completions", "body": body}
        return json.dumps(request).encode() + b"\n"

    async def _submit_part(self, run: str, part: list[tuple[BatchUnit, bytes]]) -> str:
        """Noted before each step, so that a program killed between two of them finds what it left."""
        batch = uuid.uuid4().hex
        units = {unit.key: _kept(unit) for unit, _ in part}
        document: dict[str, Any] = {"origin": self._origin, "model": self._model, "units": units}
        if not self._journal.keep_batch(batch, run, "new", document):
            raise CallFailed(Failure(Cause.SETTINGS, "a batch needs a cache file that can be written"))
        held: list[Reservation] = []
        try:
            for unit, _ in part:
                held.append(self._budget.reserve(self._worst(unit)))
            document["file"] = await self._server.upload(b"".join(line for _, line in part))
            self._journal.keep_batch(batch, run, "uploaded", document)
            document["server_id"] = await self._create(document["file"], batch)
        except CallFailed as failed:
            await self._take_back(batch, document, held, failed)
            raise
        for reservation in held:
            reservation.unknown()
        self._journal.keep_batch(batch, run, "submitted", document)
        return batch

    def _worst(self, unit: BatchUnit) -> float | None:
        if self._price is None:
            return None
        payload = self._ladder.payload(unit.question, self._model)
        allowed = payload.get("max_completion_tokens") or payload.get("max_tokens") or unit.question.max_output_tokens
        return self._price.worst(envelope.prompt_tokens(unit.question), allowed)

    async def _create(self, file: str, mark: str) -> str:
        """The new batch's id; where the answer was lost, that of the batch with our mark."""
        try:
            return await self._server.create(file, mark)
        except CallFailed as failed:
            found = await self._server.find(mark) if _in_doubt(failed) else None
            if found is None:
                raise
        return str(found.get("id"))

    async def _take_back(
        self, batch: str, document: dict[str, Any], held: list[Reservation], failed: CallFailed
    ) -> None:
        """Leave nothing behind, unless a batch may have been created all the same: that one is looked for later."""
        if "file" in document and _in_doubt(failed):
            for reservation in held:
                reservation.unknown()
            return
        for reservation in held:
            reservation.release()
        self._journal.forget_batch(batch)
        if "file" in document:
            with contextlib.suppress(CallFailed):
                await self._server.delete(document["file"])

    def _records(self) -> list[BatchRecord]:
        return [record for record in self._journal.batches() if record.document.get("origin") == self._origin]

    def _record(self, batch: str) -> BatchRecord:
        found = next((record for record in self._records() if record.id == batch), None)
        if found is None:
            raise CallFailed(Failure(Cause.BAD_REQUEST, "there is no such batch here"))
        return found

    async def _look_at(self, record: BatchRecord) -> BatchStatus | None:
        document = await self._document(record)
        if document is None and "server_id" not in record.document:
            return self._doubtful(record)
        state = str(document.get("status")) if document else "lost"
        counts = (document or {}).get("request_counts") or {}
        total = counts.get("total") or len(record.document["units"])
        done, failed = counts.get("completed") or 0, counts.get("failed") or 0
        return BatchStatus(record.id, record.run, state, total, done, failed, record.at)

    def _doubtful(self, record: BatchRecord) -> BatchStatus | None:
        """One whose creation nobody saw: for a while it may still turn up, after that there never was one."""
        if self._clock.time() - record.at > DOUBT_SECONDS:
            self._journal.forget_batch(record.id)
            return None
        return BatchStatus(record.id, record.run, record.state, len(record.document["units"]), 0, 0, record.at)

    async def _document(self, record: BatchRecord) -> dict[str, Any] | None:
        """What the server says about a batch; None where it does not know it."""
        server_id = record.document.get("server_id")
        if server_id is None:
            return await self._found(record)
        try:
            return await self._server.retrieve(server_id)
        except CallFailed as failed:
            if failed.failure.status == 404:
                return None
            raise

    async def _found(self, record: BatchRecord) -> dict[str, Any] | None:
        """A batch that was created just before its program was killed, or whose creation was not answered."""
        found = await self._server.find(record.id)
        if found is not None:
            document = {**record.document, "server_id": found["id"]}
            self._journal.keep_batch(record.id, record.run, "submitted", document)
        return found

    def _reason(self, document: dict[str, Any]) -> Failure:
        """Why units of a batch that is over have no answer."""
        match document.get("status"):
            case "failed":
                data = (document.get("errors") or {}).get("data") or [{}]
                told = json.dumps({"error": {**data[0]}}).encode()
                return self._server.failure_in(400, told) or Failure(Cause.BAD_REQUEST, "the batch failed")
            case "completed":
                return Failure(Cause.BAD_OUTPUT, "the batch holds no answer to this")
            case state:
                return Failure(Cause.DEADLINE, f"the batch was {state} before this was done")

    def _results(self, record: BatchRecord, lines: dict[str, dict[str, Any]], otherwise: Failure) -> list[BatchResult]:
        results = []
        for key, kept in record.document["units"].items():
            try:
                answer = self._answer(lines.get(key), kept, otherwise)
            except CallFailed as failed:
                results.append(BatchResult(key, kept["context"], failure=failed.failure))
            else:
                results.append(BatchResult(key, kept["context"], answer=answer))
        return results

    def _answer(self, line: dict[str, Any] | None, kept: dict[str, Any], otherwise: Failure) -> Answer:
        if line is None:
            raise CallFailed(otherwise)
        response = line.get("response")
        if not isinstance(response, dict):
            raise CallFailed(self._line_failure(line))
        body = json.dumps(response.get("body")).encode()
        status = response.get("status_code") or 200
        failure = self._server.failure_in(status, body)
        if failure is not None:
            raise CallFailed(failure, attempts=1)
        question = Question("", "", kept["schema"], kept["max_output_tokens"], prompt_tokens=kept["prompt_tokens"])
        answer = envelope.read(Reply(status, {}, body, 0.0, response.get("request_id")), question)
        cost = self._price.cost(answer.usage) if self._price else None
        return replace(answer, model=answer.model or self._model, cost=cost)

    def _line_failure(self, line: dict[str, Any]) -> Failure:
        error = line.get("error") or {}
        if isinstance(error, dict) and error.get("code") == "batch_expired":
            return Failure(Cause.DEADLINE, "the batch expired before this was done")
        told = json.dumps({"error": error}).encode()
        return self._server.failure_in(400, told) or Failure(Cause.BAD_OUTPUT, "no answer and no error")


def _in_doubt(failed: CallFailed) -> bool:
    """Whether the server may have done what it was asked, though it did not say so."""
    return failed.failure.policy.vote


def _kept(unit: BatchUnit) -> dict[str, Any]:
    """What is needed to read the answer; not the prompt."""
    question = unit.question
    return {
        "context": unit.context,
        "schema": question.schema,
        "max_output_tokens": question.max_output_tokens,
        "prompt_tokens": envelope.prompt_tokens(question),
    }


def _by_key(content: bytes) -> dict[str, dict[str, Any]]:
    """The lines of a file by the key of their unit; what is no such line is left out."""
    found: dict[str, dict[str, Any]] = {}
    for text in content.splitlines():
        try:
            line = json.loads(text)
        except ValueError:
            continue
        if isinstance(line, dict) and isinstance(line.get("custom_id"), str):
            found[line["custom_id"]] = line
    return found
