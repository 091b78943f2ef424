"""A comparison as JUnit XML: a suite for each table, a case for each change, failures where a gate fails."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from ddgen.diff.change import Change, Diff, Outcome, Verdict
from ddgen.exporters.text import visible

_BREAKING = Outcome(passed=False, failing=[Verdict.BREAKING.value])
"""What fails where no gate says otherwise."""


def render(diff: Diff) -> str:
    """The report. Where nothing changed, one case passes; shares that are not reached are cases of their own."""
    gate = diff.gate or _BREAKING
    suites = ET.Element("testsuites", name="ddgen")
    for table, changes in diff.by_table().items():
        suites.append(_suite(table, changes, gate))
    if diff.gate is not None or not diff.changes:
        suites.append(_whole(diff))
    for count in ("tests", "failures"):
        suites.set(count, str(sum(int(suite.get(count, "0")) for suite in suites)))
    ET.indent(suites)
    made: bytes = ET.tostring(suites, encoding="utf-8", xml_declaration=True)
    return made.decode() + "\n"


def _suite(table: str, changes: Sequence[Change], gate: Outcome) -> ET.Element:
    failures = [change for change in changes if gate.fails(change)]
    suite = ET.Element("testsuite", name=visible(table), tests=str(len(changes)), failures=str(len(failures)))
    for change in changes:
        name = f"{change.path}: {change.kind}" if change.path is not None else change.kind
        case = ET.SubElement(suite, "testcase", classname=visible(table), name=visible(name))
        said = f"{change.verdict.value}: {visible(change.message)}"
        if gate.fails(change):
            failure = ET.SubElement(case, "failure", type=change.kind, message=said)
            failure.text = visible(change.why)
        else:
            ET.SubElement(case, "system-out").text = f"{said}. {visible(change.why)}"
    return suite


def _whole(diff: Diff) -> ET.Element:
    failed = diff.gate.failed if diff.gate is not None else []
    suite = ET.Element("testsuite", name="dictionary", tests="1", failures=str(int(bool(failed))))
    case = ET.SubElement(suite, "testcase", classname="dictionary", name="may pass")
    if failed:
        ET.SubElement(case, "failure", type="gate", message=visible("; ".join(failed)))
    return suite
