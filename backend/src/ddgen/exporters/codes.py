"""What is said of code lists and of open questions, for every format that people read."""

from __future__ import annotations

from ddgen.exporters.text import count, value, visible
from ddgen.model.codes import IN_WORDS, Code, CodeList
from ddgen.model.dictionary import Field
from ddgen.model.questions import Question

UNEXPLAINED = "not explained"


def explained(codes: CodeList) -> str:
    """Where labels are from: `labels from statuses.name`, `the values are words`, `not explained` ..."""
    if codes.source == IN_WORDS:
        return "the values are words"
    if codes.source:
        return f"labels from {visible(codes.source)}"
    return "in part words" if any(code.word for code in codes.codes) else UNEXPLAINED


def label(code: Code, codes: CodeList) -> str:
    """What a code stands for; nothing where it is a word itself."""
    if code.label:
        return visible(code.label)
    return "" if codes.source == IN_WORDS or code.word else UNEXPLAINED


def pair(code: Code) -> str:
    """`S = Shipped`, or the code alone."""
    return f"{value(code.value)} = {visible(code.label)}" if code.label else value(code.value)


def share(code: Code, field: Field) -> float | None:
    """The share of the field's values that are this code."""
    return code.count / field.profile.values if code.count is not None and field.profile.values else None


def unlocks(question: Question) -> str:
    """`explains 1,204 values of 2 fields`."""
    return f"explains {count(question.explains, 'value')} of {count(len(question.places), 'field')}"
