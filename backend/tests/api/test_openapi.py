from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from openapi_spec_validator import validate
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig

from ddgen.api.app import create_app
from ddgen.api.config import ServerSettings
from ddgen.api.runner import runner
from ddgen.store.store import Store

from ..store import dictionaries

ROOT = Path(__file__).parents[3]
EXAMPLES = int(os.environ.get("DDGEN_API_EXAMPLES", "8"))


def described(tmp_path: Path, *, auth: bool) -> dict[str, Any]:
    with Store.open(tmp_path / "store.sqlite") as store:
        options = ServerSettings(auth=auth, uploads=tmp_path / "uploads")
        return create_app(options, store, runner(options, store)).openapi()


def operations(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", operation


def test_the_description_is_valid_and_every_parameter_is_described_and_has_an_example(tmp_path: Path) -> None:
    schema = described(tmp_path, auth=True)
    validate(schema)
    lacking = [
        f"{place}: {parameter['name']}"
        for place, operation in operations(schema)
        for parameter in operation.get("parameters", ())
        if not parameter.get("description") or not parameter["schema"].get("examples")
    ]
    assert lacking == []


def test_every_error_is_described_as_a_problem(tmp_path: Path) -> None:
    for place, operation in operations(described(tmp_path, auth=True)):
        for status, response in operation["responses"].items():
            if status[0] in "45":
                assert list(response["content"]) == ["application/problem+json"], place


def test_a_server_that_asks_for_no_key_does_not_describe_one(tmp_path: Path) -> None:
    schema = described(tmp_path, auth=False)
    assert all("security" not in operation for _, operation in operations(schema))


def test_the_committed_description_is_what_the_server_says(tmp_path: Path) -> None:
    committed = json.loads((ROOT / "docs/openapi.json").read_text(encoding="utf-8"))
    now = json.loads(json.dumps(described(tmp_path, auth=True)))
    assert now == committed, "run make docs"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("api")
    options = ServerSettings(uploads=folder / "uploads", rate="1000000/second", user_run_limit=10_000, run_limit=0)
    with Store.open(folder / "store.sqlite") as store:
        dictionaries.put(store, dictionaries.dictionary())
        made = create_app(options, store, runner(options, store))
        yield made


@pytest.fixture(scope="module")
def api(app: Any) -> Any:
    config = SchemathesisConfig.from_path(ROOT / "schemathesis.toml")
    return schemathesis.openapi.from_asgi("/openapi.json", app, config=config, headers={"Host": "localhost"})


@schemathesis.hook
def map_query(_context: Any, query: dict[str, Any] | None) -> dict[str, Any] | None:
    """Cursors come from answers: no other text is one."""
    return {name: value for name, value in (query or {}).items() if name != "cursor"}


@schemathesis.hook
def map_headers(_context: Any, headers: dict[str, Any] | None) -> dict[str, Any] | None:
    """A key that came with another request is refused, as it should be."""
    return {name: value for name, value in (headers or {}).items() if name.lower() != "idempotency-key"}


@schemathesis.hook
def map_body(context: Any, body: Any) -> Any:
    """Which options there are depends on the format, which no schema can say."""
    if isinstance(body, dict) and "/exports/" in context.operation.path:
        return {name: value for name, value in body.items() if name != "options"}
    return body


def known() -> list[tuple[str, str]]:
    committed = json.loads((ROOT / "docs/openapi.json").read_text(encoding="utf-8"))
    return [(method.upper(), path) for path, methods in committed["paths"].items() for method in methods]


@pytest.mark.parametrize(("method", "path"), known())
@pytest.mark.parametrize("mode", list(GenerationMode))
def test_requests_of_all_kinds_are_answered_as_described(
    api: Any, method: str, path: str, mode: GenerationMode
) -> None:
    @given(case=api[path][method].as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        phases=(Phase.explicit, Phase.generate),  # what fails is told as it came: making it smaller takes long
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    def answered(case: Any) -> None:
        case.call_and_validate(headers={"Host": "localhost"})

    with suppress(Unsatisfiable):  # where no request is wrong, since nothing is asked for
        answered()
