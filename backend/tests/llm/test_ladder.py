from __future__ import annotations

from typing import Any

import pytest

from ddgen.llm.ladder import Ladder
from ddgen.llm.messages import Question

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"c0": {"type": "object", "properties": {"a": {"type": "string"}}}},
}
QUESTION = Question("be brief", "describe", SCHEMA, 100, temperature=0.2)


def local() -> Ladder:
    return Ladder(openai=False, model="llama")


def test_the_strictest_form_comes_first() -> None:
    form = local().payload(QUESTION, "llama")["response_format"]["json_schema"]
    assert form["strict"] is True
    assert form["schema"]["additionalProperties"] is False
    assert form["schema"]["properties"]["c0"]["required"] == ["a"]
    assert "required" not in SCHEMA


def test_the_rungs_come_down_one_by_one() -> None:
    ladder = local()
    rungs = [ladder.rung]
    while ladder.refused("response_format is not supported", ladder.payload(QUESTION, "m")):
        rungs.append(ladder.rung)
    assert rungs == ["json_schema_strict", "json_schema", "json_object", "text"]
    assert "response_format" not in ladder.payload(QUESTION, "m")


@pytest.mark.parametrize("steps", [2, 3])
def test_below_a_schema_the_prompt_carries_it(steps: int) -> None:
    ladder = local()
    for _ in range(steps):
        ladder.refused("json_schema", ladder.payload(QUESTION, "m"))
    system = ladder.payload(QUESTION, "m")["messages"][0]
    assert system["role"] == "system"
    assert '"c0"' in system["content"]
    assert "JSON" in system["content"]


@pytest.mark.parametrize(
    ("text", "rung"),
    [
        ("Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model.", "json_object"),
        ("response_format of type json_schema is not supported by this model", "json_object"),
        ("Unsupported response_format type: json_schema", "json_object"),
        ("'response_format.type' must be one of 'text', 'json_object'", "json_object"),
        ("json_schema is not supported with strict: true", "json_schema"),
        ("response_format.json_schema.schema is invalid", "json_schema"),
    ],
)
def test_where_schemas_are_refused_as_such_the_looser_one_is_not_tried(text: str, rung: str) -> None:
    ladder = local()
    assert ladder.refused(text, ladder.payload(QUESTION, "m"))
    assert ladder.rung == rung


def test_lm_studios_refusal_of_json_object_leads_on() -> None:
    ladder = local()
    for _ in range(2):
        ladder.refused("grammar", ladder.payload(QUESTION, "m"))
    assert ladder.refused("'response_format.type' must be 'json_schema' or 'text'", ladder.payload(QUESTION, "m"))
    assert ladder.rung == "text"


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("Unsupported value: 'temperature' does not support 0.2", "temperature"),
        ("Unsupported parameter: 'max_tokens' is not supported. Use 'max_completion_tokens'", "max_tokens"),
    ],
)
def test_a_refused_parameter_is_left_out_and_the_form_kept(text: str, gone: str) -> None:
    ladder = local()
    assert ladder.refused(text, ladder.payload(QUESTION, "m"))
    payload = ladder.payload(QUESTION, "m")
    assert gone not in payload
    assert ladder.rung == "json_schema_strict"


def test_the_other_name_of_a_limit_is_tried_then_none() -> None:
    ladder = Ladder(openai=True, model="gpt-4o-mini")
    assert ladder.payload(QUESTION, "m")["max_completion_tokens"] == 100
    assert ladder.refused("unknown: max_completion_tokens", ladder.payload(QUESTION, "m"))
    assert ladder.payload(QUESTION, "m")["max_tokens"] == 100
    assert ladder.refused("unknown: max_tokens", ladder.payload(QUESTION, "m"))
    assert not {"max_tokens", "max_completion_tokens"} & set(ladder.payload(QUESTION, "m"))


def test_a_refusal_that_another_caller_reported_already_costs_no_rung() -> None:
    ladder = local()
    sent = [ladder.payload(QUESTION, "m") for _ in range(10)]
    assert all(ladder.refused("this json_schema is too strict", payload) for payload in sent)
    assert ladder.rung == "json_schema"


def test_nothing_left_is_said() -> None:
    ladder = local()
    question = Question("s", "u")
    assert not ladder.refused("something else", ladder.payload(question, "m"))


@pytest.mark.parametrize(
    ("model", "effort"),
    [("o3-mini", "low"), ("gpt-5-mini", "minimal"), ("gpt-5.4-nano", "none"), ("gpt-4o", None), ("gpt-5-chat", None)],
)
def test_reasoning_models_are_asked_to_reason_little(model: str, effort: str | None) -> None:
    ladder = Ladder(openai=True, model=model)
    payload = ladder.payload(QUESTION, model)
    assert payload.get("reasoning_effort") == effort
    assert (payload["max_completion_tokens"] > 100) is (effort is not None)


def test_a_refused_effort_gives_way_to_the_next() -> None:
    ladder = Ladder(openai=True, model="gpt-6-luna")
    efforts = []
    while (payload := ladder.payload(QUESTION, "m")).get("reasoning_effort"):
        efforts.append(payload["reasoning_effort"])
        assert ladder.refused("'reasoning_effort' does not support this value", payload)
    assert efforts == ["none", "minimal", "low"]


def test_other_servers_are_not_sent_an_effort() -> None:
    assert "reasoning_effort" not in Ladder(openai=False, model="gpt-5").payload(QUESTION, "gpt-5")
