"""The nested evaluation: complete whatever runs it, within its budget, and as it was after a kill."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import joblib
import numpy as np
import psutil
import pytest

from herdbook.package import FRAME
from tests.training.engine.herd import KINDS, PAIR, SLOW, as_clusters, evaluate_small, flowers, three_groups
from training import member
from training.engine import pool
from training.engine.budget import Budget
from training.evaluate import Evaluation, evaluate
from training.nested import CALIBRATED, MAJORITY, SINGLE, VOTE
from training.plan import plan_evaluation
from training.progress import QUIET
from training.split import Rows

ROOT = Path(__file__).parents[2]
THREE = ("k_nearest_neighbors", "rbf_svm", "extra_trees")


@pytest.fixture
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let workers start however little there is to do."""
    monkeypatch.setattr(pool, "WORTH_WORKERS_S", 0.0)


def require_equal(one: dict[str, Evaluation], two: dict[str, Evaluation]) -> None:
    """Require the same probabilities, bit for bit."""
    for kind, evaluation in one.items():
        np.testing.assert_array_equal(evaluation.candidates, two[kind].candidates)
        for name, found in evaluation.nested.items():
            np.testing.assert_array_equal(found, two[kind].nested[name], err_msg=name)


def test_each_row_is_answered_in_each_repeat() -> None:
    """Members, both votes, the best single member and the majority give probabilities for all rows."""
    rows = three_groups()

    found = evaluate_small(flowers(), rows, repeats=2)[FRAME]

    assert set(found.nested) == {*PAIR, VOTE, CALIBRATED, SINGLE, MAJORITY}
    for probabilities in (*found.nested.values(), *found.candidates):
        assert probabilities.shape == (2, 90, 3)
        np.testing.assert_allclose(probabilities.sum(axis=2), 1.0)
    assert (found.folds[0] != found.folds[1]).any()
    assert len(found.search.completed) == len(found.costs) == len(found.candidates)


def test_labels_of_clusters_are_refitted_in_every_fold() -> None:
    """Rows in no cluster are not scored, and the folds' own discoveries are told of."""
    rows = as_clusters(three_groups(spread=0.3))

    found = evaluate_small(flowers(), rows)[FRAME]

    assert found.nested[VOTE].shape == (2, 81, 3)
    assert found.discovery is not None
    assert found.discovery["n_test"] == 180
    assert found.discovery["n_outliers_reference"] == 18
    assert len(found.discovery["adjusted_rand_index"]) == 4


def test_hard_vote_is_not_calibrated() -> None:
    """Shares of a hard vote are no probabilities that could be mended."""
    dataset = flowers()
    hard = dataset.model_copy(update={"training": dataset.training.model_copy(update={"voting": "hard"})})

    found = evaluate_small(hard, three_groups(), repeats=1)[FRAME]

    np.testing.assert_array_equal(found.nested[VOTE], found.nested[CALIBRATED])


def test_fifty_small_classes_are_evaluated() -> None:
    """Eight rows of each of fifty classes do; a class that a fold lacks costs, but does not stop."""
    y = np.repeat(np.arange(50), 8)
    frame = np.random.Generator(np.random.PCG64(0)).uniform(0.1, 9.9, (400, 4))
    rows = Rows(frame, y, tuple(f"class-{place:02d}" for place in range(50)))

    found = evaluate_small(flowers(("k_nearest_neighbors",)), rows, repeats=1)[FRAME]

    assert found.nested[VOTE].shape == (1, 400, 50)
    assert np.isfinite(found.scores(y)[VOTE]["log_loss"].value)


@pytest.mark.integration
@pytest.mark.usefixtures("wide")
def test_result_does_not_depend_on_the_number_of_processes() -> None:
    """Two workers give what this process gives, bit for bit."""
    rows = as_clusters(three_groups())

    here, there = (evaluate_small(flowers(THREE), rows, jobs=jobs, repeats=1) for jobs in (1, 2))

    require_equal(here, there)


@pytest.mark.usefixtures("wide")
def test_ambient_backend_is_honoured() -> None:
    """Somebody's joblib configuration decides where tasks run; the result is the same."""
    rows, seen = three_groups(), []

    class Spied(joblib.parallel.ThreadingBackend):  # type: ignore[misc]
        def submit(self, *given: object, **more: object) -> object:
            seen.append(1)
            return super().submit(*given, **more)

    joblib.register_parallel_backend("spied", Spied)
    with joblib.parallel_config("spied", n_jobs=2):
        there = evaluate_small(flowers(("k_nearest_neighbors",)), rows, jobs=2, repeats=1)

    assert seen
    require_equal(evaluate_small(flowers(("k_nearest_neighbors",)), rows, repeats=1), there)


def test_tiny_budget_yields_the_cheapest_member() -> None:
    """With nothing to spend one candidate is finished; the others are named with the reason."""
    found = evaluate_small(flowers(), three_groups(), budget=Budget(0.01))[FRAME]

    assert len(found.search.completed) == 1
    assert found.folds.shape[0] == 1
    assert len(found.search.dropped) == 3
    assert all("CPU-seconds" in one["why"] for one in found.search.dropped)
    assert {*found.nested} == {found.search.completed[0].member, VOTE, CALIBRATED, SINGLE, MAJORITY}


def test_last_fit_to_many_more_rows_counts_against_the_budget() -> None:
    """A budget that holds a search of few rows holds no candidate whose last fit alone would take it all."""
    dataset, rows = flowers(("logistic_regression", "extra_trees")), three_groups()
    plan = plan_evaluation(dataset, rows, effort="quick", seed=0, n_fitted=10**8, repeats=1)

    found = evaluate(dataset, rows, plan, inputs=KINDS, progress=QUIET, jobs=1, budget=Budget(1_000))[FRAME]

    assert len(found.search.completed) == 1
    assert len(found.search.dropped) == len(plan.candidates) - 1


def test_passed_over_members_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A member that the rows are too many for stands among those left out, with the reason."""
    monkeypatch.setitem(member.MOST_ROWS, "k_nearest_neighbors", 80)

    found = evaluate_small(flowers(), three_groups(), repeats=1)[FRAME].search

    assert {one.member for one in found.completed} == {"logistic_regression"}
    assert [one["member"] for one in found.to_json()["dropped"]] == ["k_nearest_neighbors"]
    assert "more than 80" in found.dropped[0]["why"]


SPEND = """
import json, resource, sys, time
from joblib.externals.loky import get_reusable_executor
from tests.training.engine import herd
from training.engine import pool
from training.engine.budget import Budget

pool.WORTH_WORKERS_S = pool.START_S = 0.0
budget_s, jobs = float(sys.argv[1]), int(sys.argv[2])
rows, begin = herd.three_groups(300, spread=1.2), time.process_time()
found = herd.evaluate_small(herd.flowers(herd.SLOW), rows, jobs=jobs, budget=Budget(budget_s))["frame"]
spent_s = time.process_time() - begin
get_reusable_executor().shutdown(wait=True)
children = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([spent_s + children.ru_utime + children.ru_stime, found.search.to_json()]))
"""


@pytest.mark.integration
@pytest.mark.parametrize(("budget_s", "jobs"), [(4, 1), (24, 2)])
def test_budget_is_kept(budget_s: int, jobs: int) -> None:
    """What all processes spent, as the system counts it, is at most a tenth over the budget."""
    command = [sys.executable, "-c", SPEND, str(budget_s), str(jobs)]

    told = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)

    spent_s, search = json.loads(told.stdout)
    assert spent_s <= 1.1 * budget_s
    assert search["spent_cpu_s"] == pytest.approx(spent_s, rel=0.1)
    assert len(search["completed"]) >= 2


WIDE = """
import json, sys, time
import numpy as np
from tests.fixtures.herd import declare
from tests.training.engine import herd
from training.engine.budget import Budget
from training.split import Rows

features = [{"name": f"x{place}", "type": "number"} for place in range(30)]
dataset = declare(*features, labels={"from": "column", "column": "kind"})
generator, y = np.random.Generator(np.random.PCG64(0)), np.arange(600) % 3
centres = generator.standard_normal((3, 30))
rows = Rows(centres[y] + generator.standard_normal((600, 30)), y, ("a", "b", "c"))
begin = time.process_time()
found = herd.evaluate_small(dataset, rows, budget=Budget(float(sys.argv[1])))["frame"]
spent_s = time.process_time() - begin
print(json.dumps([spent_s, found.search.to_json()]))
"""


@pytest.mark.integration
@pytest.mark.parametrize("budget_s", [1, 6])
def test_budget_of_a_wide_table_is_kept_or_the_least_is_stated(budget_s: int) -> None:
    """What was spent is at most a tenth over the budget, or over the least if the budget is below that."""
    command = [sys.executable, "-c", WIDE, str(budget_s)]

    told = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)

    spent_s, search = json.loads(told.stdout)
    least = [re.search(r"foretold to take about ([\d.]+)", said) for said in search["narrowed"]]
    stated_s = max((float(one.group(1)) for one in least if one), default=0.0)
    assert spent_s <= 1.1 * max(budget_s, stated_s)
    assert (stated_s > budget_s) == (budget_s == 1)
    assert search["completed"]


TRAIN = """
import sys
from pathlib import Path
from tests.training.engine import herd
from training.engine import pool

pool.WORTH_WORKERS_S = 0.0
rows = herd.as_clusters(herd.three_groups())
herd.evaluate_small(herd.flowers(herd.SLOW), rows, jobs=2, checkpoint=Path(sys.argv[1]))
"""


@pytest.mark.integration
def test_killed_training_resumes_to_the_same_result(tmp_path: Path) -> None:
    """After kill -9 no worker lives on; what was finished is taken up, and the result is the same."""
    folder = tmp_path / "recipe"
    rows, dataset = as_clusters(three_groups()), flowers(SLOW)

    with subprocess.Popen([sys.executable, "-c", TRAIN, str(folder)], cwd=ROOT) as process:
        wait_until(lambda: len(list(folder.glob("*.npz"))) >= 2)
        workers = psutil.Process(process.pid).children(recursive=True)
        process.kill()
    gone, alive = psutil.wait_procs(workers, timeout=10)
    resumed = evaluate_small(dataset, rows, checkpoint=folder)

    assert len(gone) >= 2
    assert not alive
    assert 2 <= resumed[FRAME].search.resumed < len(resumed[FRAME].search.completed)
    require_equal(resumed, evaluate_small(dataset, rows))


def wait_until(is_so: Callable[[], bool], *, seconds: float = 300.0) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.02)
