"""Generations: who serves, in order, without a lost update."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cli.promote import promote as command
from herdbook import keys
from herdbook.errors import FormatUnknownError, GenerationConflictError, ModelMissingError
from herdbook.generation import (
    Generation,
    current_generation,
    list_generations,
    promote,
    promotion,
    roll_back,
)
from herdbook.ledger import Entry, Ledger, open_ledger

MODELS = {letter: f"animals:{letter * 12}" for letter in "abcdef"}


@pytest.fixture
def stable(ledger: Ledger) -> Ledger:
    """Open a ledger that holds six models."""
    add_models(ledger)
    return ledger


def add_models(ledger: Ledger) -> None:
    """Put something into the ledger that stands for a whole package."""
    for letter in MODELS:
        ledger.create(keys.model_file("animals", letter * 64, "manifest.json"), letter.encode())


def champion(ledger: Ledger, letter: str) -> Generation:
    """Promote a model for a test."""
    return promote(ledger, "animals", MODELS[letter], who="tester", why="a test", evidence={"accuracy": 0.9})


def back(ledger: Ledger, to: int | None = None) -> Generation:
    """Roll back for a test."""
    return roll_back(ledger, "animals", who="tester", why="a test", to=to)


def test_promote_writes_the_next_generation(any_ledger: Ledger) -> None:
    """Each promotion is a new number with who, why and evidence; the highest is current."""
    add_models(any_ledger)
    assert current_generation(any_ledger, "animals") is None

    first, second = champion(any_ledger, "a"), champion(any_ledger, "b")

    assert (first.number, second.number) == (1, 2)
    assert (second.champion, second.who, second.why) == (MODELS["b"], "tester", "a test")
    assert second.evidence == {"accuracy": 0.9}
    assert current_generation(any_ledger, "animals") == second
    assert list_generations(any_ledger, "animals") == [first, second]


def test_promote_of_the_champion_changes_nothing(stable: Ledger) -> None:
    """Promoting who serves already returns the current generation."""
    first = champion(stable, "a")

    assert champion(stable, "a") == first
    assert list_generations(stable, "animals") == [first]


@pytest.mark.parametrize("tag", ["animals:000000000000", "iris:aaaaaaaaaaaa", "nonsense", "animals:../../x"])
def test_promote_of_an_unknown_model_is_refused(stable: Ledger, tag: str) -> None:
    """Nobody can promote a model that is not whole in the ledger, or another dataset's."""
    stable.create(keys.model_file("animals", "0" * 64, "card.json"), b"no manifest yet")

    with pytest.raises(ModelMissingError, match="herdbook models"):
        promote(stable, "animals", tag, who="tester", why="a test")

    assert current_generation(stable, "animals") is None


def test_promotion_is_a_command_that_the_command_line_takes() -> None:
    """What is shown for pasting has all that `herdbook promote` asks for."""
    program, name, *said = shlex.split(promotion(MODELS["a"]))

    taken = command.make_context(name, said).params

    assert (program, name) == ("herdbook", "promote")
    assert (taken["tag"], bool(taken["why"])) == (MODELS["a"], True)


def test_roll_back_walks_back(stable: Ledger) -> None:
    """Two roll-backs go two back, not back and forth, and then there is nothing before."""
    for letter in "abc":
        champion(stable, letter)

    served = [back(stable).champion for _ in range(2)]

    assert served == [MODELS["b"], MODELS["a"]]
    with pytest.raises(ModelMissingError, match="before the current champion"):
        back(stable)
    assert [each.number for each in list_generations(stable, "animals")] == [1, 2, 3, 4, 5]


def test_roll_back_skips_what_was_rolled_back(stable: Ledger) -> None:
    """After a, b, back to a, c: two steps back are a, and then nothing, since b failed."""
    champion(stable, "a"), champion(stable, "b"), back(stable), champion(stable, "c")

    assert back(stable).champion == MODELS["a"]
    with pytest.raises(ModelMissingError):
        back(stable)


def test_roll_back_to_a_number(stable: Ledger) -> None:
    """A named generation's champion serves again, with the number in the evidence."""
    for letter in "abc":
        champion(stable, letter)

    generation = back(stable, to=1)

    assert (generation.number, generation.champion) == (4, MODELS["a"])
    assert generation.evidence == {"rolled_back_to": 1, "rolled_back_from": 3}
    with pytest.raises(ModelMissingError, match="generation 9"):
        back(stable, to=9)


def test_roll_back_without_a_generation_is_told(stable: Ledger) -> None:
    """Before the first model the sentence names the command."""
    with pytest.raises(ModelMissingError, match="herdbook train"):
        back(stable)


@settings(max_examples=25, deadline=None)
@given(steps=st.lists(st.sampled_from([*"abcdef", "<"]), max_size=12))
def test_roll_back_is_an_undo(tmp_path_factory: pytest.TempPathFactory, steps: list[str]) -> None:
    """Promotions push on a stack and roll-backs pop from it, whatever their order."""
    ledger = open_ledger(str(tmp_path_factory.mktemp("ledger")))
    add_models(ledger)
    stack: list[str] = []
    for step in steps:
        if step != "<":
            stack += [step] if stack[-1:] != [step] else []
            assert champion(ledger, step).champion == MODELS[step]
        elif len(stack) > 1:
            stack.pop()
            assert back(ledger).champion == MODELS[stack[-1]]
        else:
            with pytest.raises(ModelMissingError):
                back(ledger)


def test_lost_race_is_a_conflict(any_ledger: Ledger) -> None:
    """Of six that promote at once every success has its own number, and the losers are told."""
    add_models(any_ledger)

    def compete(letter: str) -> int | None:
        try:
            return champion(any_ledger, letter).number
        except GenerationConflictError:
            return None

    with ThreadPoolExecutor(6) as pool:
        numbers = [number for number in pool.map(compete, MODELS) if number is not None]

    assert sorted(numbers) == list(range(1, len(numbers) + 1))
    assert len(list_generations(any_ledger, "animals")) == len(numbers) >= 1


class CountingLedger:
    """A ledger that counts what it is asked."""

    def __init__(self, inner: Ledger) -> None:
        self.url, self._inner = inner.url, inner
        self.asked: list[str] = []

    def create(self, key: str, body: bytes) -> None:
        """Pass on."""
        self._inner.create(key, body)

    def get(self, key: str) -> bytes:
        """Count and pass on."""
        self.asked.append("get")
        return self._inner.get(key)

    def list(self, prefix: str, *, after: str = "") -> Iterator[Entry]:
        """Count and pass on."""
        self.asked.append("list")
        return self._inner.list(prefix, after=after)

    def stat(self, key: str) -> Entry | None:
        """Count and pass on."""
        self.asked.append("stat")
        return self._inner.stat(key)


def test_poll_costs_one_stat(stable: Ledger) -> None:
    """While nothing is new, looking again asks the store one small question."""
    for letter in "abcdefabcdef":
        newest = champion(stable, letter)
    counting = CountingLedger(stable)
    assert current_generation(counting, "animals", known=11) == newest
    counting.asked.clear()

    polled = current_generation(counting, "animals", known=12)

    assert polled == newest
    assert counting.asked == ["stat"]


def test_poll_finds_the_newest_from_any_known(stable: Ledger) -> None:
    """Whatever was seen last, even a number that never was, the newest is found."""
    for letter in "abcdefab":
        newest = champion(stable, letter)

    found = [current_generation(stable, "animals", known=known) for known in range(12)]

    assert found == [newest] * 12


def test_generation_of_another_format_is_refused(stable: Ledger) -> None:
    """A generation that a newer Herdbook wrote is not half understood."""
    stable.create(keys.generation("animals", 1), b'{"format": 2, "number": 1}')

    with pytest.raises(FormatUnknownError, match="newer"):
        current_generation(stable, "animals")
