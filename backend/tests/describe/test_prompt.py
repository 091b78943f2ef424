"""The prompt: data stay inside their block, ids mean nothing, and a batch is cheap."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

import pytest

from ddgen.describe.facts import FieldFacts, TableFacts, ValueShare
from ddgen.describe.firewall import Firewall
from ddgen.describe.prompt import MARKER, PROMPT_VERSION, Form, batch_question, estimate, ids_of, schema
from ddgen.llm.messages import Question
from ddgen.settings import Privacy

from .attacks import ATTACKS

KINDS = ("integer", "string", "decimal", "date", "string", "timestamp")
NAMES = "id cust_id status total_amt ship_city created_at prod_cd qty unit_price disc_pct note carrier_nm".split()
PLAIN = {"type", "properties", "required", "enum", "items", "additionalProperties"}


def facts(index: int) -> FieldFacts:
    """A field such as profiles show."""
    name = f"{NAMES[index % len(NAMES)]}{index // len(NAMES) or ''}"
    kind = KINDS[index % len(KINDS)]
    values = (
        tuple(ValueShare(one, 0.25, 250) for one in ("new", "paid", "shipped", "returned")) if kind == "string" else ()
    )
    low, high = ("2019-01-01", "2024-12-31") if kind in {"date", "timestamp"} else ("0", "4711")
    field = FieldFacts(name, name, kind, values=values, values_closed=True, distinct=4, count=1000, missing=0.02)
    return field if kind == "string" else dataclasses.replace(field, low=low, high=high)


def table_of(count: int) -> TableFacts:
    paths = tuple(facts(index).path for index in range(count))
    return TableFacts("sales_order_line", "One line of a sales order", 1_234_567, (paths[0],), paths)


def ask(table: TableFacts, fields: list[FieldFacts], level: Privacy = Privacy.SHAPES, **options: Any) -> Question:
    firewall = Firewall(level)
    views = [firewall.view(table, field) for field in fields]
    return batch_question(firewall.table(table), views, nonce=options.pop("nonce", "ab12"), **options)


def block_of(question: Question, nonce: str = "ab12") -> list[str]:
    """The lines between the tags, of which there is one pair."""
    lines = question.user.split("\n")
    assert lines.count(f"<data-{nonce}>") == lines.count(f"</data-{nonce}>") == 1
    assert question.user.count("<") == question.user.count(">") == 2
    return lines[lines.index(f"<data-{nonce}>") + 1 : lines.index(f"</data-{nonce}>")]


def test_ids() -> None:
    assert ids_of(3) == ("c0", "c1", "c2")
    assert ids_of(0) == ()


@pytest.mark.parametrize("form", Form)
def test_the_schema_is_flat(form: Form) -> None:
    def keys(part: Any) -> set[str]:
        names = {"business_name", "description", "items", "id", *ids_of(12)}
        found = set(part) - (names - {"items"}) if isinstance(part, dict) else set()
        inner = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
        return found.union(*(keys(one) for one in inner))

    assert keys(schema(12, form)) <= PLAIN


def test_the_forms() -> None:
    listed = schema(2, Form.LIST)["properties"]["items"]["items"]
    assert listed["properties"]["id"]["enum"] == ["c0", "c1"]
    keyed = schema(2, Form.KEYED)
    assert keyed["required"] == ["c0", "c1"]
    assert keyed["properties"]["c0"]["required"] == ["business_name", "description"]
    assert '"items"' in ask(table_of(3), [facts(0)]).system
    assert '"items"' not in ask(table_of(3), [facts(0)], form=Form.KEYED).system


def test_what_a_prompt_says() -> None:
    question = ask(table_of(4), [facts(1), facts(2)], language="German")
    assert question.user.split("\n")[0] == f"Describe c0 to c1 in German. In the data {MARKER} stands for a blank."
    mark = MARKER
    assert block_of(question) == [
        f"table sales_order_line | 1.2M rows | key id | note: One{mark}line{mark}of{mark}a{mark}sales{mark}order",
        "other columns: id, total_amt",
        "c0 cust_id string | one of new, paid, shipped, returned | 2% missing",
        "c1 status decimal | 4 distinct | 0 to 4700 | 2% missing",
    ]


def test_one_field() -> None:
    question = ask(table_of(1), [facts(0)])
    assert question.user.startswith("Describe c0 in English.")
    assert question.max_output_tokens < ask(table_of(4), [facts(0), facts(1)]).max_output_tokens


def test_options_are_handed_on() -> None:
    question = ask(table_of(1), [facts(0)], temperature=0.5, reserve_tokens=1000)
    assert question.temperature == 0.5
    assert question.max_output_tokens > 1000
    assert question.prompt_tokens == estimate(question.system) + estimate(question.user)


def test_many_siblings_are_cut() -> None:
    lines = block_of(ask(table_of(2000), [facts(0)]))
    assert lines[1].endswith(" and 1959 more")
    assert lines[1].count(",") == 39


def test_the_tag_cannot_be_guessed() -> None:
    firewall = Firewall(Privacy.SHAPES)
    table, field = table_of(1), facts(0)
    users = {batch_question(firewall.table(table), [firewall.view(table, field)]).user for _ in range(20)}
    assert len(users) == 20
    assert ask(table, [field]) == ask(table, [field])


def places(attack: str) -> list[tuple[TableFacts, FieldFacts]]:
    """Everywhere a text of the data can come in."""
    shares = (ValueShare(attack, 1.0, 1000),)
    return [
        (TableFacts("t"), FieldFacts(attack, attack, "string")),
        (TableFacts("t"), FieldFacts("a", "a", attack, semantic_type=attack, unit=attack, pii=attack)),
        (TableFacts("t"), FieldFacts("a", "a", "string", comment=attack, references=attack)),
        (
            TableFacts("t"),
            FieldFacts("a", "a", "string", samples=(attack, "b"), shapes=(attack,), low=attack, high=attack),
        ),
        (TableFacts("t"), FieldFacts("a", "a", "string", values=shares, values_closed=True, distinct=1, count=1000)),
        (TableFacts(attack, attack, 5, (attack,), (attack, "b")), FieldFacts("a", "a", "string")),
    ]


@pytest.mark.parametrize("level", Privacy)
@pytest.mark.parametrize("attack", ATTACKS, ids=range(len(ATTACKS)))
def test_planted_instructions_stay_data(attack: str, level: Privacy) -> None:
    for table, field in places(attack):
        question = ask(table, [field, facts(1)], level)
        harmless = ask(TableFacts("t"), [facts(0), facts(1)], level)
        assert (question.system, question.schema) == (harmless.system, harmless.schema)
        lines = block_of(question)
        assert question.user.split("\n")[0] == harmless.user.split("\n")[0]
        assert [line.split(" ")[0] for line in lines if re.match(r"c\d", line)] == ["c0", "c1"]
        assert lines[0].startswith("table")
        assert len(lines) == 3 + any(line.startswith("other columns") for line in lines)
        assert not any(sign in line for line in lines for sign in ("<", ">", "\x1b", "\u202e", "\x00", "`", "\r"))


@pytest.mark.parametrize("attack", ATTACKS, ids=range(len(ATTACKS)))
def test_planted_texts_are_marked(attack: str) -> None:
    """No two words of a planted text stand beside each other as our own words do."""
    pairs = {" ".join(pair) for pair in zip(attack.split(), attack.split()[1:], strict=False)}
    for table, field in places(attack):
        lines = "\n".join(block_of(ask(table, [field], Privacy.RAW)))
        ours = {"other columns", "c0 a", "a string", "table t", "| note:", "string |"}
        assert [pair for pair in pairs - ours if pair in lines] == []


@pytest.mark.parametrize("level", [Privacy.NONE, Privacy.SHAPES])
def test_planted_values_are_not_shown_below_masked(level: Privacy) -> None:
    for attack in ATTACKS:
        for table, field in places(attack)[3:5]:
            assert "PWNED" not in ask(table, [field], level).user


def test_long_texts_are_cut() -> None:
    question = ask(TableFacts("t" * 5000), [FieldFacts("n" * 5000, "n", "string", comment="word " * 5000)])
    assert len(question.user) < 1000


def test_the_version_is_a_word() -> None:
    assert PROMPT_VERSION.isalnum()


@pytest.mark.parametrize("form", Form)
def test_a_batch_costs_a_fifth(form: Form) -> None:
    """Prompt tokens of a field among twelve are at most a fifth of those of a field alone, in a table of 40 columns."""
    table = table_of(40)
    alone = sum(ask(table, [facts(index)], form=form).prompt_tokens for index in range(12)) / 12
    batched = ask(table, [facts(index) for index in range(12)], form=form).prompt_tokens / 12
    assert batched <= alone / 5
    assert alone < 600
