from __future__ import annotations

import pytest
from starlette.requests import Request

from ddgen.api.etag import etag, unchanged, version_of
from ddgen.errors import PreconditionRequired


def test_a_tag_is_a_version_and_a_star_is_any() -> None:
    assert version_of(etag(7)) == 7
    assert version_of("*") is None


@pytest.mark.parametrize("tag", ["", "7", 'W/"7"', '"x"', '"7", "8"'])
def test_what_names_no_version_is_no_permission_to_change(tag: str) -> None:
    with pytest.raises(PreconditionRequired):
        version_of(tag)


@pytest.mark.parametrize(("sent", "known"), [('"7"', True), ('"6", "7"', True), ('"8"', False), ("", False)])
def test_a_client_may_have_it_already(sent: str, known: bool) -> None:
    headers = [(b"if-none-match", sent.encode())]
    assert unchanged(Request({"type": "http", "headers": headers}), 7) is known
