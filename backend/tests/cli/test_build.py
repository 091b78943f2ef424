"""`ddgen build`, run for real."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ddgen.model.claim import Claim, Kind, Origin
from ddgen.model.dictionary import Dictionary, load

Run = Callable[..., subprocess.CompletedProcess[str]]
ROWS = 300


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    path = tmp_path / "orders.jsonl"
    lines = [
        json.dumps({"id": n, "buyer": {"zip": f"0{n:04d}"}, "items": [{"sku": "A"}] * (n % 3)}) for n in range(ROWS)
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def read(path: Path) -> Dictionary:
    return load(path.read_bytes())


def test_the_summary_is_printed(ddgen: Run, orders: Path) -> None:
    done = ddgen("build", orders)
    assert (done.returncode, done.stderr) == (0, "")
    assert "items[].sku" in done.stdout
    assert f"{ROWS} rows" in done.stdout
    assert "\x1b" not in done.stdout


def test_several_outputs_in_one_run(ddgen: Run, orders: Path, tmp_path: Path) -> None:
    outputs = [tmp_path / "out" / name for name in ("d.json", "d.md", "d.html", "d.xlsx", "d.yaml", "d.csv")]
    done = ddgen("build", orders, *(word for path in outputs for word in ("-o", path)))
    assert done.returncode == 0, done.stderr
    assert all(path.stat().st_size > 100 for path in outputs)
    assert all(f"Wrote {path}" in done.stdout for path in outputs)
    assert read(outputs[0]).tables[0].row_count == ROWS


def test_standard_output_holds_the_document_alone(ddgen: Run, orders: Path) -> None:
    done = ddgen("build", orders, "-o", "-")
    assert load(done.stdout).tables[0].name == "orders"
    assert "orders" in done.stderr
    assert ddgen("build", orders, "--format", "markdown", "-q").stdout.startswith("#")


def test_standard_input_is_a_source(ddgen: Run, orders: Path) -> None:
    done = ddgen("build", "-", "-o", "-", "-q", input=orders.read_text(encoding="utf-8"))
    assert (done.returncode, done.stderr) == (0, "")
    assert load(done.stdout).tables[0].row_count == ROWS


def test_quiet_says_nothing(ddgen: Run, orders: Path, tmp_path: Path) -> None:
    done = ddgen("build", orders, "-o", tmp_path / "d.json", "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_json_events_are_one_object_a_line(ddgen: Run, orders: Path, tmp_path: Path) -> None:
    done = ddgen("build", orders, "-o", tmp_path / "d.json", "--json-events")
    events = [json.loads(line) for line in done.stderr.splitlines()]
    assert done.stdout == ""
    assert {"progress", "output", "done"} <= {event["event"] for event in events}
    assert events[-1] | {"event": "done", "exit_code": 0, "tables": 1, "rows": ROWS} == events[-1]


def test_damaged_input_is_3_and_the_rest_is_there(ddgen: Run, orders: Path, tmp_path: Path) -> None:
    with orders.open("a", encoding="utf-8") as file:
        file.write('{"id": 1, "buyer"\n')
    done = ddgen("build", orders, "-o", tmp_path / "d.json")
    assert done.returncode == 3
    assert "line 301" in done.stderr
    assert read(tmp_path / "d.json").tables[0].row_count == ROWS
    assert [problem.source for problem in read(tmp_path / "d.json").problems] == [str(orders)]


def test_a_missing_file_is_one_line(ddgen: Run, tmp_path: Path) -> None:
    done = ddgen("build", tmp_path / "none.csv")
    assert done.returncode == 3
    assert len(done.stderr.splitlines()) == 1
    assert "none.csv" in done.stderr


def test_an_output_that_cannot_be_written_is_4_and_others_are(ddgen: Run, orders: Path, tmp_path: Path) -> None:
    done = ddgen("build", orders, "-o", orders / "d.json", "-o", tmp_path / "d.json", "-q")
    assert done.returncode == 4
    assert "is a file, not a folder" in done.stderr or "in the way" in done.stderr
    assert read(tmp_path / "d.json").tables


def test_an_unknown_format_is_told_before_any_work(ddgen: Run, tmp_path: Path) -> None:
    done = ddgen("build", tmp_path / "none.csv", "-o", "d.nonsense")
    assert done.returncode == 2
    assert "d.nonsense" in done.stderr
    assert "none.csv" not in done.stderr


def test_a_source_is_never_replaced(ddgen: Run, tmp_path: Path) -> None:
    path = tmp_path / "data.json"
    path.write_text('[{"a": 1}]', encoding="utf-8")
    assert ddgen("build", path, "-o", path).returncode == 2
    assert ddgen("build", path, "-o", path, "--force").returncode == 2
    assert path.read_text(encoding="utf-8") == '[{"a": 1}]'


def test_what_is_no_dictionary_is_replaced_only_by_force(ddgen: Run, orders: Path, tmp_path: Path) -> None:
    path = tmp_path / "precious.json"
    path.write_text('{"precious": true}', encoding="utf-8")
    refused = ddgen("build", orders, "-o", path)
    assert refused.returncode == 2
    assert "--force" in refused.stderr
    assert "precious" in path.read_text(encoding="utf-8")
    assert ddgen("build", orders, "-o", path, "--force").returncode == 0
    assert read(path).tables


def test_an_earlier_dictionary_is_not_replaced_by_nothing(ddgen: Run, orders: Path, tmp_path: Path) -> None:
    path, page = tmp_path / "d.json", tmp_path / "d.md"
    ddgen("build", orders, "-o", path, "-q")
    before = path.read_bytes()
    done = ddgen("build", tmp_path / "typo.jsonl", "-o", path, "-o", page)
    assert done.returncode == 3
    assert "d.json: left as it was, since nothing could be read" in done.stderr
    assert path.read_bytes() == before
    assert page.exists()


@pytest.mark.parametrize("named", [False, True])
def test_what_a_person_wrote_is_kept(ddgen: Run, orders: Path, tmp_path: Path, named: bool) -> None:
    path = tmp_path / "d.json"
    ddgen("build", orders, "-o", path)
    dictionary = read(path)
    field = dictionary.tables[0].field("buyer.zip")
    assert field is not None
    field.claims.append(Claim(kind=Kind.DESCRIPTION, value="Where parcels go.", origin=Origin.HUMAN))
    path.write_text(dictionary.to_json(), encoding="utf-8")
    again = tmp_path / "new.json" if named else path
    assert ddgen("build", orders, "-o", again, *(["--previous", path] if named else [])).returncode == 0
    kept = read(again).tables[0].field("buyer.zip")
    assert kept is not None
    assert kept.description == "Where parcels go."


def test_a_previous_that_is_none_is_an_error(ddgen: Run, orders: Path, tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text("{}", encoding="utf-8")
    done = ddgen("build", orders, "--previous", path)
    assert done.returncode == 3
    assert "not a dictionary" in done.stderr


def test_a_sample_is_said(ddgen: Run, orders: Path) -> None:
    done = ddgen("build", orders, "--sample", "10")
    assert done.returncode == 0
    assert "sample: at most 10 records" in done.stdout


def test_tables_can_be_chosen(ddgen: Run, orders: Path, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("a,b\n1,2\n3,4\n", encoding="utf-8")
    done = ddgen("build", tmp_path, "--tables", "peop*", "-o", "-", "-q")
    assert [table.name for table in load(done.stdout).tables] == ["people"]
    assert orders.exists()


def test_maps_can_be_set(ddgen: Run, orders: Path) -> None:
    paths = {
        field.path for field in load(ddgen("build", orders, "--map", "buyer", "-o", "-", "-q").stdout).tables[0].fields
    }
    assert "buyer{}" in paths
    assert "buyer.zip" not in paths


def test_options_of_a_format(ddgen: Run, orders: Path, tmp_path: Path) -> None:
    done = ddgen("build", orders, "-o", tmp_path / "d.csv", "--option", "bom=false", "-q")
    assert done.returncode == 0
    assert not (tmp_path / "d.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_quiet_and_json_events_exclude_each_other(ddgen: Run, orders: Path) -> None:
    assert ddgen("build", orders, "-q", "--json-events").returncode == 2


@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal")
def test_ctrl_c_keeps_what_was_read(tmp_path: Path) -> None:
    big, out = tmp_path / "big.csv", tmp_path / "d.json"
    big.write_text("a,b,c\n" + "1,some text,2024-01-31\n" * 3_000_000, encoding="utf-8")
    command = [sys.executable, "-m", "ddgen", "build", str(big), "-o", str(out), "--json-events"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as process:
        assert process.stderr is not None
        while (line := process.stderr.readline()) and json.loads(line).get("rows", 0) == 0:
            pass
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        said = process.stderr.read()
    assert process.returncode == 130
    assert "Traceback" not in said
    table = read(out).tables[0]
    assert not table.complete
    assert 0 < (table.row_count or table.rows_profiled or 0) < 3_000_000


@pytest.mark.parametrize("pattern", [False, True])
def test_data_that_a_folder_or_pattern_holds_is_never_replaced(ddgen: Run, orders: Path, pattern: bool) -> None:
    path = orders.parent / "people.csv"
    path.write_text("a,b\n1,2\n3,4\n", encoding="utf-8")
    source = orders.parent / "*" if pattern else orders.parent
    for more in ([], ["--force"]):
        done = ddgen("build", source, "-o", path, *more)
        assert done.returncode == 2
        assert "would be read as data" in done.stderr
    assert path.read_text(encoding="utf-8") == "a,b\n1,2\n3,4\n"


def test_outputs_may_stand_beside_the_data(ddgen: Run, orders: Path) -> None:
    outputs = ["-o", orders.parent / "d.json", "-o", orders.parent / "d.md"]
    for _ in range(2):
        assert ddgen("build", orders.parent, *outputs).returncode == 0
    assert [table.name for table in read(orders.parent / "d.json").tables] == ["orders"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
@pytest.mark.parametrize("more", [[], ["-o", "-"], ["-o", "-", "-q"]])
def test_a_full_standard_output_is_4(orders: Path, more: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "ddgen", "build", str(orders), *more]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 4
    assert "standard output: cannot be written" in done.stderr
    assert "Traceback" not in done.stderr
    assert "ignored" not in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="closes streams in a shell")
@pytest.mark.parametrize(("closed", "code"), [("<&-", 0), (">&-", 0), ("2>&-", 0), ("<&- >&- 2>&-", 0)])
def test_streams_may_be_closed(orders: Path, tmp_path: Path, closed: str, code: int) -> None:
    out = tmp_path / "out" / "d.json"
    script = f'"$0" -m ddgen build "$1" -o "$2" {closed}'
    done = subprocess.run(["/bin/sh", "-c", script, sys.executable, orders, out], check=False)
    assert done.returncode == code
    assert read(out).tables[0].row_count == ROWS


def test_a_link_to_itself_is_told(ddgen: Run, tmp_path: Path) -> None:
    (tmp_path / "loop.csv").symlink_to(tmp_path / "loop.csv")
    done = ddgen("build", tmp_path / "loop.csv", "-o", tmp_path / "d.json")
    assert done.returncode == 3
    assert done.stderr.splitlines()[0].endswith(f"It points to {tmp_path / 'loop.csv'}")
