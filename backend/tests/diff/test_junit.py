"""A comparison as a report of tests."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from .hostile import diff, rendered


def test_it_fails_what_the_gate_fails() -> None:
    for found, failures in ((diff(), 2), (diff(gated=True), 3)):
        root = ET.fromstring(rendered("junit", found))  # noqa: S314 - our own
        assert root.tag == "testsuites"
        assert root.get("failures") == str(failures) == str(len(root.findall("testsuite/testcase/failure")))
        assert root.get("tests") == str(len(root.findall("testsuite/testcase")))
        for suite in root:
            assert suite.get("tests") == str(len(suite.findall("testcase")))
    [whole] = root.findall("testsuite[@name='dictionary']/testcase/failure")
    assert "25 % of the fields are described" in whole.get("message", "")
