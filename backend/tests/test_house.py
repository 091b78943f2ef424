"""The rules of the house, checked on the source itself."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "backend/src/ddgen"
TESTS = ROOT / "backend/tests"
MODULES = sorted(PACKAGE.rglob("*.py"))
SCRIPTS = sorted(path for folder in ("docs", "samples", "bench") for path in (ROOT / folder).rglob("*.py"))
SOURCES = MODULES + SCRIPTS
EVERYTHING = SOURCES + sorted(TESTS.rglob("*.py"))

FILE_LINES = 400
FUNCTION_LINES = 40
LONG_MARK = re.compile(r"#.*\blong: \w+")
LOGIC = 3
"""A module with fewer functions than this is data or a contract, tested where it is used."""

SQL = re.compile(
    r"\b(SELECT\s.+\sFROM|INSERT\s+INTO|CREATE\s+(TABLE|VIEW)|DELETE\s+FROM|UPDATE\s+\w+\s+SET)\b", re.DOTALL
)
SQL_PLACES = ("profiling/", "sources/", "store/", "llm/disk")
MARKS = {
    "noqa": re.compile(r"#\s*noqa(?P<codes>:\s*[A-Z0-9, ]+)?(?P<reason>.*)"),
    "type: ignore": re.compile(r"#\s*type:\s*ignore(?P<codes>\[[\w, -]+\])?(?P<reason>.*)"),
}


def nothing(found: list[str]) -> None:
    """Fail with every place, each on a line of its own."""
    assert not found, "\n" + "\n".join(found)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def comments(path: Path) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(path.read_text(encoding="utf-8")).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def test_files_stay_under_400_lines() -> None:
    long = {
        name_of(path): lines for path in SOURCES if (lines := len(path.read_text("utf-8").splitlines())) > FILE_LINES
    }
    nothing([f"{name}: {lines} lines" for name, lines in long.items()])


def long_functions(path: Path) -> Iterator[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            size = (node.end_lineno or node.lineno) - body_start(node) + 1
            if size > FUNCTION_LINES and not LONG_MARK.search(lines[node.lineno - 1]):
                yield f"{name_of(path)}:{node.lineno} {node.name}: {size} lines"


def body_start(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Where the work begins: a signature and docstring, however long, are declarations."""
    body = node.body
    documented = isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)
    return body[1].lineno if documented and len(body) > 1 else body[0].lineno


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_functions_stay_under_40_lines_or_say_why(path: Path) -> None:
    nothing(list(long_functions(path)))


def caught(handler: ast.ExceptHandler) -> set[str]:
    if handler.type is None:
        return {"everything"}
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return {ast.unparse(kind).rpartition(".")[2] for kind in kinds}


def test_nothing_catches_everything() -> None:
    blind = [
        f"{name_of(path)}:{node.lineno}"
        for path in EVERYTHING
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ExceptHandler) and caught(node) & {"everything", "Exception", "BaseException"}
    ]
    nothing(blind)


def test_nothing_is_swallowed_in_silence() -> None:
    silent = [
        f"{name_of(path)}:{node.lineno}"
        for path in SOURCES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ExceptHandler) and all(isinstance(line, ast.Pass) for line in node.body)
    ]
    nothing(silent)


def test_only_the_command_line_prints() -> None:
    prints = [
        f"{name_of(path)}:{node.lineno}"
        for path in MODULES
        if "cli" not in path.parts
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    nothing(prints)


def unexplained(path: Path) -> Iterator[str]:
    for line, comment in comments(path):
        for mark, form in MARKS.items():
            found = form.search(comment)
            if found and (not found["codes"] or len(found["reason"].strip(" -#")) < 3):
                yield f"{name_of(path)}:{line} {mark} without its code or a reason"


def test_every_exception_to_a_rule_has_a_reason() -> None:
    nothing([said for path in EVERYTHING for said in unexplained(path)])


def test_a_mark_without_a_reason_is_found(tmp_path: Path) -> None:
    path = tmp_path / "bad.py"
    path.write_text("a = 1  # noqa\nb = 2  # noqa: E501\nc = 3  # noqa: E501 - a long address\n", encoding="utf-8")
    assert [said.split()[0].rpartition(":")[2] for said in unexplained(path)] == ["1", "2"]


def test_sql_stands_only_where_data_are_read() -> None:
    elsewhere = [
        f"{name_of(path)}:{node.lineno}"
        for path in MODULES
        if not name_of(path).removeprefix("backend/src/ddgen/").startswith(SQL_PLACES)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.search(node.value)
    ]
    nothing(elsewhere)


def has_logic(path: Path) -> bool:
    functions = [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.FunctionDef)]
    return len(functions) >= LOGIC and not path.name.startswith("__")


def has_test(path: Path) -> bool:
    """Whether `excel_grid.py` has its `test_excel_grid.py`, or stands behind `test_excel.py`."""
    folder = TESTS / path.relative_to(PACKAGE).parent
    words = path.stem.split("_")
    return any((folder / f"test_{'_'.join(words[:length])}.py").is_file() for length in range(1, len(words) + 1))


def test_each_module_with_logic_has_its_test_file() -> None:
    nothing([name_of(path) for path in MODULES if has_logic(path) and not has_test(path)])


def test_no_notes_to_self() -> None:
    notes = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")
    found = [
        f"{name_of(path)}:{line}" for path in EVERYTHING for line, comment in comments(path) if notes.search(comment)
    ]
    nothing(found)
