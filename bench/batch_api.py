"""OpenAI's Batch API on loopback: files and batches in memory, which end when a test says so.

    api = BatchApi(describe_all())
    server.everything = api
    ... submit ...
    api.end("batch_0")

`trouble` may answer in place of the API before it has done anything, `lost` after.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from typing import Any

from behaviours import error
from loopback import Answer, Reaction, Request, Response

Errors = dict[str, dict[str, Any]]


class BatchApi:
    """Files and batches; `answer` writes the answer to each request of a batch, and to prompts sent directly."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.files: dict[str, bytes] = {}
        self.batches: dict[str, dict[str, Any]] = {}
        self.trouble: Callable[[Request], Reaction | None] = lambda _: None
        self.lost: Callable[[Request], Reaction | None] = lambda _: None
        self.created = threading.Event()
        self._lock = threading.Lock()

    def __call__(self, request: Request) -> Reaction:
        """Answer one request of any method."""
        with self._lock:
            instead = self.trouble(request)
            if instead is not None:
                return instead
            done = self._route(request.method, request.path.removeprefix("/v1"), request)
            return self.lost(request) or done

    def _route(self, method: str, path: str, request: Request) -> Reaction:
        match method, path.strip("/").split("/"):
            case "POST", ["files"]:
                return self._upload(request)
            case "GET", ["files", name, "content"]:
                return Response(body=self.files[name]) if name in self.files else error(404)
            case "DELETE", ["files", name]:
                return Response(json={"id": name, "deleted": True}) if self.files.pop(name, None) else error(404)
            case "POST", ["batches"]:
                return self._create(request.json)
            case "GET", ["batches"]:
                return Response(json={"object": "list", "data": list(self.batches.values())[::-1]})
            case "GET", ["batches", name]:
                return Response(json=self.batches[name]) if name in self.batches else error(404)
            case "POST", ["batches", name, "cancel"]:
                return self._cancel(name)
            case "POST", ["chat", "completions"]:
                return self.answer(request)
            case "GET", ["models"]:
                return Response(json={"object": "list", "data": [{"id": "test-model", "object": "model"}]})
        return error(404)

    def _upload(self, request: Request) -> Response:
        found = re.search(rb"\r\n\r\n(\{.*\n)\r\n--", request.body, re.DOTALL)
        if found is None or b'name="purpose"\r\n\r\nbatch' not in request.body:
            return error(400, "this is no file of requests")
        name = f"file-{len(self.files)}"
        self.files[name] = found[1]
        return Response(json={"id": name, "object": "file", "status": "processed"})

    def _create(self, asked: dict[str, Any]) -> Response:
        if asked["endpoint"] != "/v1/chat/completions":
            return error(400, "this endpoint has no batches")
        name = f"batch_{len(self.batches)}"
        count = len(self.files[asked["input_file_id"]].splitlines())
        self.batches[name] = {
            "id": name,
            "object": "batch",
            "status": "in_progress",
            "errors": None,
            "input_file_id": asked["input_file_id"],
            "output_file_id": None,
            "error_file_id": None,
            "metadata": asked["metadata"],
            "request_counts": {"total": count, "completed": 0, "failed": 0},
        }
        self.created.set()
        return Response(json=self.batches[name])

    def _cancel(self, name: str) -> Response:
        """As OpenAI does: it is cancelling for a while, until `end` says that it is over; what is over stays so."""
        batch = self.batches.get(name)
        if batch is None:
            return error(404, "No such batch")
        if batch["status"] not in {"validating", "in_progress", "finalizing"}:
            return error(400, f"Cannot cancel a batch with status '{batch['status']}'.")
        batch["status"] = "cancelling"
        return Response(json=batch)

    def requests(self, name: str) -> list[dict[str, Any]]:
        """The lines that were handed over."""
        return [json.loads(line) for line in self.files[self.batches[name]["input_file_id"]].splitlines()]

    def end(
        self, name: str, state: str = "completed", *, finished: int | None = None, errors: Errors | None = None
    ) -> None:
        """Answer the first `finished` requests of a batch, in any order, and those of `errors` by their key."""
        errors = errors or {}
        batch = self.batches[name]
        batch["status"] = state
        asked = self.requests(name)[:finished]
        lines = [self._line(request) for request in asked if request["custom_id"] not in errors]
        bad = [{"custom_id": key, **line} for key, line in errors.items()]
        batch["request_counts"] |= {"completed": len(lines), "failed": len(bad)}
        if lines:
            batch["output_file_id"] = f"{name}-out"
            self.files[f"{name}-out"] = "\n".join(json.dumps(line) for line in reversed(lines)).encode()
        if bad:
            batch["error_file_id"] = f"{name}-err"
            self.files[f"{name}-err"] = "\n".join(json.dumps(line) for line in bad).encode()

    def _line(self, asked: dict[str, Any]) -> dict[str, Any]:
        key = asked["custom_id"]
        body = json.dumps(asked["body"]).encode()
        said = self.answer(Request("POST", asked["url"], {"custom-id": key}, body, 0.0))
        if not isinstance(said, Response):
            raise TypeError("a line of a batch is answered by one response")
        response = {"status_code": said.status, "request_id": f"req-{key}", "body": said.json}
        return {"id": f"r-{key}", "custom_id": key, "response": response, "error": None}
