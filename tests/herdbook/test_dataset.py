"""The dataset file and what is derived from it."""

from pathlib import Path

import pytest

from herdbook.dataset import Dataset, find_dataset, load_dataset
from herdbook.errors import DatasetError
from herdbook.settings import Settings

MINIMAL = """
format = 1
name = "shop"
[source]
kind = "csv"
path = "shop.csv"
[[features]]
name = "price"
type = "number"
minimum = 0
[labels]
from = "column"
column = "bought"
"""


def write(folder: Path, text: str, name: str = "shop") -> Path:
    """Write a dataset file."""
    path = folder / f"{name}.toml"
    path.write_text(text)
    return path


@pytest.mark.parametrize("name", ["animals", "iris"])
def test_builtin_dataset_loads(name: str) -> None:
    """Both built-in files are valid and ship the vote with cluster features."""
    dataset = find_dataset(Settings(), name)

    assert dataset.name == name
    assert (dataset.training.ensemble, dataset.training.cluster_features) == ("vote", "on")


def test_new_table_decides_by_evidence(tmp_path: Path) -> None:
    """A table that says nothing gets `auto` for ensemble and cluster features."""
    dataset = load_dataset(write(tmp_path, MINIMAL))

    assert (dataset.training.ensemble, dataset.training.cluster_features) == ("auto", "auto")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("format = 1", "format = 2", "format"),
        ('name = "price"', 'name = "pri ce"', "features.0.name"),
        ('name = "price"', 'name = "model_dump"', "rename the column"),
        ("minimum = 0", "minimum = 2\nmaximum = 1", "lies above maximum"),
        ("minimum = 0", 'values = ["a"]', "category"),
        ("minimum = 0", "minimun = 0", "minimun"),
        ('column = "bought"', 'column = "price"', "may not be a feature"),
        ("[source]", "[source", "is not TOML"),
    ],
)
def test_wrong_file_says_what_and_cure(tmp_path: Path, old: str, new: str, said: str) -> None:
    """Every mistake names the place and the cure."""
    path = write(tmp_path, MINIMAL.replace(old, new))

    with pytest.raises(DatasetError, match=r"mend shop\.toml") as caught:
        load_dataset(path)

    assert said in str(caught.value)


def test_rule_on_unknown_feature_is_refused(tmp_path: Path) -> None:
    """A rule may only speak of features."""
    rules = '[labels]\nfrom = "rules"\n[[labels.rules]]\nlabel = "a"\nwhen = ["size > 1"]\n'
    path = write(tmp_path, MINIMAL.split("[labels]", maxsplit=1)[0] + rules)

    with pytest.raises(DatasetError, match="'size', which are no features"):
        load_dataset(path)


def test_unnamed_dataset_of_several_asks_for_a_name() -> None:
    """With two datasets and none named, the sentence says how to name one."""
    with pytest.raises(DatasetError, match="HERDBOOK_DATASET"):
        find_dataset(Settings())


def test_unknown_dataset_lists_the_known() -> None:
    """A wrong name shows what there is."""
    with pytest.raises(DatasetError, match="'animals', 'iris'"):
        find_dataset(Settings(), "cows")


def test_schema_hash_ignores_words_and_minds_bounds() -> None:
    """A description may change under a served model, a bound may not."""
    iris = find_dataset(Settings(), "iris")
    first = iris.features[0]

    reworded = iris.model_copy(
        update={"features": (first.model_copy(update={"description": "x"}), *iris.features[1:])}
    )
    widened = iris.model_copy(
        update={"features": (first.model_copy(update={"maximum": 11.0}), *iris.features[1:])}
    )

    assert Dataset.model_validate(reworded.declaration()).schema_hash == iris.schema_hash
    assert Dataset.model_validate(widened.declaration()).schema_hash != iris.schema_hash


def test_declaration_round_trips() -> None:
    """The plain JSON values make the same dataset again."""
    animals = find_dataset(Settings(), "animals")

    assert Dataset.model_validate(animals.declaration()) == animals


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ('truth = "price"', "may be neither a feature nor the target"),
        ('truth = "bought"', "may be neither a feature nor the target"),
        ('noise = "noise"', "needs truth"),
        ('truths = "kind"', "evaluation.truths"),
    ],
)
def test_truth_that_would_be_learnt_is_refused(tmp_path: Path, declared: str, said: str) -> None:
    """The source's own kinds are neither feature nor label, and mistakes name their place."""
    path = write(tmp_path, f"{MINIMAL}\n[evaluation]\n{declared}\n")

    with pytest.raises(DatasetError, match=r"mend shop\.toml") as caught:
        load_dataset(path)

    assert said in str(caught.value)


def test_declaration_without_the_newer_fields_still_loads() -> None:
    """A declaration in an older card or recipe says nothing of budget and evaluation: it has none."""
    older = find_dataset(Settings(), "iris").declaration()
    del older["training"]["budget_cpu_s"], older["evaluation"]

    dataset = Dataset.model_validate(older)

    assert dataset.training.budget_cpu_s is None
    assert dataset.evaluation.truth is None


@pytest.mark.parametrize(("budget", "is_fine"), [("90", True), ("0.5", True), ("0", False), ("inf", False)])
def test_budget_is_a_positive_number_of_seconds(tmp_path: Path, budget: str, is_fine: bool) -> None:
    """A training may not be told to take no time."""
    path = write(tmp_path, f"{MINIMAL}\n[training]\nbudget_cpu_s = {budget}\n")

    if is_fine:
        assert load_dataset(path).training.budget_cpu_s == float(budget)
    else:
        with pytest.raises(DatasetError, match=r"training\.budget_cpu_s"):
            load_dataset(path)
