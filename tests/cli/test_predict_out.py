"""`herdbook predict --out`: whole files, in bounded memory, resumed where they were stopped."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cli.main import INTERRUPTED, run
from herdbook.client import Client
from tests.fixtures.data import ROOT
from tests.fixtures.load import wait_until
from tests.fixtures.service import FLOWER, READY_S, Book, Service

Said = pytest.CaptureFixture[str]
N_ROWS = 12_000
N_MANY_ROWS = 60_000
"""So many that Ctrl-C comes before the end on any machine."""


def write_csv(path: Path, n_rows: int, *, bad: int | None = None) -> Path:
    """Write flowers with a key each and a column that no flower has."""
    lines = [",".join([*FLOWER, "key", "note"])]
    for number in range(n_rows):
        cells = ["wide" if number == bad else str(cell) for cell in FLOWER.values()]
        lines.append(",".join([*cells, f"row-{number}", '"a, b"']))
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.mark.integration
@pytest.mark.parametrize("suffix", ["parquet", "csv", "jsonl"])
def test_predict_out_writes_every_row(place: Path, iris_service: Service, suffix: str, capsys: Said) -> None:
    """Every row is there in its order, the bad one with its error, and no parts are left."""
    given, out = write_csv(place / "in.csv", 1_003, bad=1_001), place / f"out.{suffix}"

    command = ["predict", "-d", "iris", "--url", iris_service.url, str(given), "--out", str(out), "--json"]
    assert run(command) == 0

    told = json.loads(capsys.readouterr().out)
    assert (told["rows"], told["errors"], sum(told["models"].values())) == (1_003, 1, 1_002)
    assert sorted(path.name for path in place.glob("out*")) == [out.name]
    n_lines = out.read_bytes().count(b"\n")
    n_rows = pq.read_metadata(out).num_rows if suffix == "parquet" else n_lines - (suffix == "csv")
    assert n_rows == 1_003
    assert run(command) == 2  # it is there already


@pytest.mark.parametrize(
    ("given", "out", "said"),
    [
        ("in.txt", "out.csv", "expected with --out a file"),
        ("in.csv", "out.xlsx", "expected a name in .parquet"),
        ("in.csv", "nowhere/out.csv", "no folder"),
        ("in.csv", "in.csv", "is the input"),
    ],
)
def test_predict_out_refuses_before_it_asks(
    place: Path, given: str, out: str, said: str, capsys: Said
) -> None:
    """What cannot be read or written is wrong usage, and nothing is left behind."""
    write_csv(place / "in.csv", 3)

    assert run(["predict", "-d", "iris", str(place / given), "--out", str(place / out)]) == 2

    assert said in " ".join(capsys.readouterr().err.split())
    assert not list(place.glob("*.parts"))


@pytest.mark.integration
def test_predict_out_goes_on_after_a_kill_and_logs_each_row_once(
    tmp_path: Path, plain_book: Book, running_service: Callable[..., Service]
) -> None:
    """Killed in the middle and begun again, under another model: one logged row for each row of the input."""
    # by a graph the whole file might be answered before the kill
    service = running_service(plain_book.environment)
    given, out = write_csv(tmp_path / "in.csv", N_ROWS), tmp_path / "out.parquet"
    command = [sys.executable, "-m", "cli", "predict", "-d", "iris", "--url", service.url]
    command += [str(given), "--out", str(out), "--json"]
    environment = {**os.environ, **plain_book.environment}
    parts = tmp_path / "out.parquet.parts"

    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL) as killed:
        wait_until(lambda: len(list(parts.glob("part-*.arrow"))) >= 2)
        killed.send_signal(signal.SIGKILL)
    left = len(list(parts.glob("part-*.arrow")))
    assert not out.exists()
    tag = plain_book.promote(1)
    with Client(service.url) as client:
        wait_until(lambda: client.health()["model"] == tag)
        said = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
        wait_until(lambda: sum(1 for _ in client.every()) >= N_ROWS)
        logged = Counter(row["key"] for row in client.every())

    told = json.loads(said.stdout)
    table = pq.read_table(out, columns=["key", "model", "error"])
    assert left < N_ROWS // 1_000
    assert told["rows_asked"] == N_ROWS - 1_000 * left
    assert set(table["model"].to_pylist()) == set(plain_book.tags) == set(told["models"])
    assert table["key"].to_pylist() == [f"row-{number}" for number in range(N_ROWS)]
    assert logged == Counter(table["key"].to_pylist())


@pytest.mark.integration
@pytest.mark.parametrize("suffix", ["parquet", "jsonl"])
def test_predict_out_reads_every_kind_of_file(
    place: Path, iris_service: Service, suffix: str, capsys: Said
) -> None:
    """Parquet and JSON lines are scored as CSV is, and what the file carries besides is kept."""
    rows = [{**FLOWER, "note": f"note {number}"} for number in range(1_500)]
    given, out = place / f"in.{suffix}", place / "out.parquet"
    if suffix == "parquet":
        pq.write_table(pa.Table.from_pylist(rows), given, row_group_size=400)
    else:
        given.write_text("".join(json.dumps(row) + "\n" for row in rows))

    assert run(["predict", "-d", "iris", "--url", iris_service.url, str(given), "--out", str(out)]) == 0

    table = pq.read_table(out)
    assert table["note"].to_pylist() == [row["note"] for row in rows]
    assert table["label"].null_count == table["sepal_length"].null_count == 0
    assert "1,500 rows, 0 of them refused" in capsys.readouterr().out


@pytest.mark.integration
def test_predict_out_overwrites_by_force(place: Path, iris_service: Service, capsys: Said) -> None:
    """The file of another day stays as it is until it is replaced as a whole."""
    given, out = write_csv(place / "in.csv", 3), place / "out.csv"
    out.write_text("of yesterday")
    command = ["predict", "-d", "iris", "--url", iris_service.url, str(given), "--out", str(out)]

    assert run(command) == 2
    assert out.read_text() == "of yesterday"
    assert run([*command, "--force"]) == 0
    assert "row-2" in out.read_text()


@pytest.mark.integration
def test_predict_out_stopped_by_ctrl_c_says_what_it_keeps(tmp_path: Path, iris_service: Service) -> None:
    """The exit code is that of an interrupt, there is no stack, and the same command asks the rest."""
    given, out = write_csv(tmp_path / "in.csv", N_MANY_ROWS), tmp_path / "out.parquet"
    command = [sys.executable, "-m", "cli", "predict", "-d", "iris", "--url", iris_service.url]
    command += [str(given), "--out", str(out), "--json"]
    parts = tmp_path / "out.parquet.parts"

    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as stopped:
        wait_until(lambda: len(list(parts.glob("part-*.arrow"))) >= 2)
        stopped.send_signal(signal.SIGINT)
        _, said = stopped.communicate(timeout=READY_S)
    left = len(list(parts.glob("part-*.arrow")))
    told = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout)

    assert stopped.returncode == INTERRUPTED
    assert f"{1_000 * left:,} of {N_MANY_ROWS:,} rows are answered and kept in {parts}" in said
    assert "Traceback" not in said
    assert told["rows_asked"] == N_MANY_ROWS - 1_000 * left
    assert not parts.exists()
