from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

UPLOADS = "/api/v1/uploads"
KIND = {"content-type": "multipart/form-data; boundary=b"}


def part(name: str, content: bytes, filename: str | None = None) -> bytes:
    told = f'; filename="{filename}"' if filename else ""
    return f'--b\r\nContent-Disposition: form-data; name="{name}"{told}\r\n\r\n'.encode() + content + b"\r\n"


def send(client: TestClient, body: Any, headers: dict[str, str] | None = None) -> Any:
    return client.post(UPLOADS, content=body, headers=headers or KIND)


def test_the_file_is_taken_byte_for_byte_in_whatever_pieces_it_comes(client: TestClient) -> None:
    content = b"a,b\r\n" + b"1,--b\r\n" * 50_000
    body = part("note", b"left aside") + part("file", content, "x.csv") + b"--b--\r\n"
    pieces = (body[start : start + 1013] for start in range(0, len(body), 1013))
    answer = send(client, pieces)
    assert answer.status_code == 201, answer.text
    assert answer.json()["sha256"] == hashlib.sha256(content).hexdigest()
    assert (answer.json()["size"], answer.json()["name"]) == (len(content), "x.csv")


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"a,b\n1,2\n", {"content-type": "text/csv"}, 422),
        (b"", {"content-type": "multipart/form-data"}, 422),
        (part("other", b"a\n1\n", "x.csv") + b"--b--\r\n", KIND, 422),
        (part("file", b"a\n1\n", "x.csv"), KIND, 400),
        (b"nonsense", KIND, 400),
        (part("file", b"", "x.csv") + b"--b--\r\n", KIND, 422),
        (b"", {"content-type": "multipart/form-data; boundary=" + "x" * 300}, 400),
    ],
)
def test_what_is_no_upload_is_told_and_leaves_nothing(
    client: TestClient, tmp_path: Path, body: bytes, headers: dict[str, str], status: int
) -> None:
    answer = send(client, body, headers)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), answer.text
    assert [path.name for path in tmp_path.glob("uploads/*")] == []


def test_of_several_files_the_first_is_taken(client: TestClient) -> None:
    body = part("file", b"a\n1\n", "x.csv") + part("file", b"b\n2\n3\n", "y.csv") + b"--b--\r\n"
    assert (send(client, body).json()["name"], send(client, body).json()["size"]) == ("x.csv", 4)
