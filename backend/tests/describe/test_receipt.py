"""The receipt says what was sent without holding it, for its owner only."""

from __future__ import annotations

import json
import os
import stat
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from ddgen.describe.facts import FieldFacts, TableFacts
from ddgen.describe.firewall import Firewall
from ddgen.describe.prompt import batch_question
from ddgen.describe.receipt import Receipt, prompt_hash
from ddgen.errors import OutputError
from ddgen.llm.messages import Answer, Usage
from ddgen.settings import Privacy

FIREWALL = Firewall(Privacy.SHAPES)
TABLE = TableFacts("people", "Entered by a.b@example.org")
FIELD = FieldFacts("email", "email", "string", samples=("c.d@example.org",))
VIEWS = (FIREWALL.table(TABLE), [FIREWALL.view(TABLE, FIELD)])
QUESTION = batch_question(*VIEWS, nonce="ab12")
ANSWER = Answer("{}", "m-1", "stop", Usage(100, 20), attempts=2, request_id="r-7", cost=0.001)


def add(receipt: Receipt, **more: Any) -> None:
    receipt.add(QUESTION, *VIEWS, level=Privacy.SHAPES, server="http://127.0.0.1:1", **more)


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_a_line_for_each_prompt(tmp_path: Path) -> None:
    receipt = Receipt(tmp_path / "made" / "receipt.jsonl", now=lambda: 0)
    add(receipt, answer=ANSWER)
    add(receipt, failure="timeout", cost=0.002)
    answered, failed = lines(receipt.path)
    assert answered["at"] == "1970-01-01T00:00:00Z"
    assert answered["prompt_sha256"] == prompt_hash(QUESTION)
    assert (answered["model"], answered["prompt_tokens"], answered["cost_usd"]) == ("m-1", 100, 0.001)
    assert (failed["failure"], failed["cost_usd"]) == ("timeout", 0.002)
    assert answered["fields"] == [
        {
            "path": "email",
            "shown": ["shapes"],
            "withheld": [{"what": "samples", "why": "E-mail address, by its name and values"}],
        }
    ]
    assert answered["withheld"] == [{"what": "comment", "why": "E-mail address"}]


def test_neither_values_nor_prompts(tmp_path: Path) -> None:
    receipt = Receipt(tmp_path / "receipt.jsonl")
    add(receipt, answer=ANSWER)
    text = receipt.path.read_text("utf-8")
    assert "example.org" not in text
    assert "<data-" not in text


def test_prompts_where_asked_for(tmp_path: Path) -> None:
    receipt = Receipt(tmp_path / "receipt.jsonl", keep_prompts=True)
    add(receipt, answer=ANSWER)
    assert lines(receipt.path)[0]["user"] == QUESTION.user


@pytest.mark.skipif(sys.platform == "win32", reason="files have no modes there")
def test_for_its_owner_only(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        path = tmp_path / "made" / "receipt.jsonl"
        add(Receipt(path))
    finally:
        os.umask(old)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_an_open_file_is_closed_to_others(tmp_path: Path) -> None:
    path = tmp_path / "receipt.jsonl"
    path.write_text("", encoding="utf-8")
    path.chmod(0o644)
    add(Receipt(path))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_many_writers_write_whole_lines(tmp_path: Path) -> None:
    path = tmp_path / "receipt.jsonl"

    def twenty() -> None:
        for _ in range(20):
            add(Receipt(path), answer=ANSWER)

    threads = [threading.Thread(target=twenty) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(lines(path)) == 160


def test_what_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OutputError, match="receipt"):
        add(Receipt(tmp_path / "file" / "receipt.jsonl"))


def test_the_hash_is_of_both_messages() -> None:
    other = batch_question(*VIEWS, nonce="ab13")
    assert prompt_hash(other) != prompt_hash(QUESTION)
    assert prompt_hash(batch_question(*VIEWS, nonce="ab12")) == prompt_hash(QUESTION)
