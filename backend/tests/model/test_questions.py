"""Open questions: one for equal codes, the most useful first."""

from __future__ import annotations

from ddgen.model.codes import IN_WORDS, Code, CodeList
from ddgen.model.dictionary import Field, Table
from ddgen.model.questions import open_questions


def field(path: str, counts: dict[str, int], source: str | None = None, **more: object) -> Field:
    codes = [Code(value=value, count=count) for value, count in counts.items()]
    made = Field(path=path, name=path.rpartition(".")[2], position=1, data_type="string")
    return made.model_copy(update={"codes": CodeList(codes=codes, source=source), **more})


def table(name: str, *fields: Field) -> Table:
    return Table(id=name, name=name, uri=name, format="csv", fields=list(fields))


def test_the_question_whose_answer_explains_most_comes_first() -> None:
    tables = [table("a", field("kind", {"X": 5, "Y": 3})), table("b", field("grade", {"1": 70, "2": 30}))]
    found = open_questions(tables)
    assert [question.text for question in found] == [
        "What do 1, 2 stand for in b.grade?",
        "What do X, Y stand for in a.kind?",
    ]
    assert [question.explains for question in found] == [100, 8]


def test_fields_of_one_name_with_equal_codes_are_asked_for_once() -> None:
    codes = {"X": 5, "Y": 3}
    tables = [
        table("a", field("kind", codes)),
        table("b", field("x.kind", {"Y": 9, "X": 1})),
        table("c", field("sort", codes)),
    ]
    first, second = open_questions(tables)
    assert first.text == "What do X, Y stand for in kind in a, b?"
    assert [(place.table, place.path, place.values) for place in first.places] == [
        ("a", "kind", 8),
        ("b", "x.kind", 10),
    ]
    assert second.text == "What do X, Y stand for in c.sort?"


def test_one_code_odd_codes_and_many() -> None:
    one = open_questions([table("a", field("kind", {"": 1, "/cart": 1, "A & B": 1, ",x,": 1}))])[0]
    assert one.text == "What does \u201c,x,\u201d stand for in a.kind?"
    many = open_questions([table("a", field("kind", {f"K{number}": 1 for number in range(11)}))])[0]
    assert "K7 and 3 more stand for" in many.text


def test_nothing_is_asked_of_what_is_explained_masked_or_gone() -> None:
    words = field("a", {"open": 1}, IN_WORDS)
    masked, removed = field("b", {"X": 1}, masked="shapes"), field("c", {"X": 1}, removed=True)
    labelled = field("d", {"X": 1})
    assert labelled.codes is not None
    labelled.codes.codes[0].label = "Cross"
    plain = field("e", {"gift": 1})
    assert plain.codes is not None
    plain.codes.codes[0].word = True
    assert open_questions([table("t", words, masked, removed, labelled, plain)]) == []
