"""Animals: golden records, the prefix property, ranges, noise and scenarios."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_provider.animal import BATCH_ROWS, Batch, Herd, Scenario, generate
from data_provider.draw import HIGHEST_SEED, LOWEST_SEED
from data_provider.kind import KINDS, NEWCOMER, Kind

SCENARIOS: tuple[Scenario, ...] = get_args(Scenario)
GOLDEN = json.loads((Path(__file__).parent / "golden.json").read_text())
HERDS = st.builds(
    Herd,
    seed=st.integers(LOWEST_SEED, HIGHEST_SEED),
    n_records=st.integers(1, 40),
    scenario=st.sampled_from(SCENARIOS),
    noise=st.floats(0, 0.5),
)


def take(herd: Herd) -> Batch:
    """Generate a whole herd as one batch."""
    return Batch(*(np.concatenate(parts) for parts in zip(*generate(herd), strict=True)))


def same(one: Batch, other: Batch) -> bool:
    """Tell whether two batches are equal to the last bit."""
    return all(np.array_equal(left, right) for left, right in zip(one, other, strict=True))


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_generate_golden_records_are_kept(scenario: Scenario) -> None:
    """These records are the same on every machine and with every NumPy version, to the last bit."""
    batch = take(Herd(seed=7, n_records=8, scenario=scenario, noise=0.25))

    columns = batch.columns(include_kind=True)

    rows = zip(*(column.tolist() for column in columns.values()), strict=True)
    assert [dict(zip(columns, row, strict=True)) for row in rows] == GOLDEN[scenario]


@given(herd=HERDS, more=st.integers(1, 40))
@settings(max_examples=50)
def test_generate_first_records_do_not_depend_on_the_count(herd: Herd, more: int) -> None:
    """The first n of more records are the n, with any noise and in any scenario."""
    longer = replace(herd, n_records=herd.n_records + more)

    first = Batch(*(column[: herd.n_records] for column in take(longer)))

    assert same(first, take(herd))


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_generate_batches_join_without_a_seam(scenario: Scenario) -> None:
    """The prefix property holds across batches too."""
    long = take(Herd(seed=3, n_records=2 * BATCH_ROWS + 5, scenario=scenario))
    short = take(Herd(seed=3, n_records=BATCH_ROWS + 1, scenario=scenario))

    first = Batch(*(column[: BATCH_ROWS + 1] for column in long))

    assert len(long.kind) == 2 * BATCH_ROWS + 5
    assert same(first, short)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_generate_kind_keeps_to_its_ranges(kind: Kind) -> None:
    """A quarter of the animals are of each kind, and they fill their ranges and no more."""
    batch = take(Herd(seed=5, n_records=40_000, noise=0.0))

    mine = batch.kind == kind.name

    assert mine.mean() == pytest.approx(0.25, abs=0.01)
    assert set(batch.walks_on_n_legs[mine]) == {kind.n_legs}
    assert set(batch.has_wings[mine]) == {kind.has_wings}
    assert batch.has_tail[mine].all()
    for values, (low, high) in ((batch.height, kind.height_m), (batch.weight, kind.weight_kg)):
        slack = 0.01 * (high - low)
        assert low <= values[mine].min() < low + slack
        assert high - slack < values[mine].max() <= high


def test_generate_noise_is_uniform() -> None:
    """A twentieth is noise: any legs, wings and tail, heights to 10 m and weights to 1,000 kg."""
    batch = take(Herd(seed=6, n_records=100_000))

    noise = batch.kind == "noise"

    assert noise.mean() == pytest.approx(0.05, abs=0.003)
    assert set(batch.walks_on_n_legs[noise]) == {1, 2, 3, 4, 5}
    assert batch.has_wings[noise].mean() == pytest.approx(0.5, abs=0.03)
    assert batch.has_tail[noise].mean() == pytest.approx(0.5, abs=0.03)
    assert np.quantile(batch.height[noise], [0.1, 0.5, 0.9]) == pytest.approx([1, 5, 9], abs=0.4)
    assert np.quantile(batch.weight[noise], [0.1, 0.5, 0.9]) == pytest.approx([100, 500, 900], abs=40)


def test_generate_more_noise_replaces_single_records_only() -> None:
    """Records that are not noise stay as they are when there is more of it."""
    calm, noisy = (
        take(Herd(seed=8, n_records=5_000, noise=0.1)),
        take(Herd(seed=8, n_records=5_000, noise=0.5)),
    )

    kept = noisy.kind != "noise"

    assert same(Batch(*(column[kept] for column in calm)), Batch(*(column[kept] for column in noisy)))
    assert kept.mean() == pytest.approx(0.5, abs=0.03)


def test_generate_heavier_changes_the_weight_of_animals_only() -> None:
    """Animals weigh 1.3 times as much, noise weighs the same, and nothing else changes."""
    usual, heavier = (
        take(Herd(seed=9, n_records=5_000)),
        take(Herd(seed=9, n_records=5_000, scenario="heavier")),
    )

    factor = np.where(usual.kind == "noise", 1.0, 1.3)

    assert same(heavier, usual._replace(weight=usual.weight * factor))


def test_generate_new_kind_brings_ostriches_only() -> None:
    """A fifth of the animals are of a kind that nobody has seen; the others stay as they are."""
    usual, newer = (
        take(Herd(seed=9, n_records=5_000)),
        take(Herd(seed=9, n_records=5_000, scenario="new_kind")),
    )

    new = newer.kind == NEWCOMER.name

    assert new.mean() == pytest.approx(0.2 * 0.95, abs=0.02)
    assert newer.height[new].min() >= NEWCOMER.height_m.low
    assert same(Batch(*(column[~new] for column in usual)), Batch(*(column[~new] for column in newer)))


def test_generate_broken_sensor_loses_weights_only() -> None:
    """The scale answers 0 kg for three records in ten, and nothing else changes."""
    herd = Herd(seed=9, n_records=5_000)
    usual, broken = take(herd), take(replace(herd, scenario="broken_sensor"))

    lost = broken.weight == 0

    assert lost.mean() == pytest.approx(0.3, abs=0.03)
    assert same(broken, usual._replace(weight=np.where(lost, 0.0, usual.weight)))
