"""Rules of a dataset file."""

import numpy as np
import pytest

from herdbook.feature import Feature
from herdbook.rule import Condition, Rule, fulfils, parse_condition

FEATURES = (
    Feature(name="legs", type="integer"),
    Feature(name="wings", type="boolean"),
    Feature(name="colour", type="category", values=("red", "green")),
)
FRAME = np.array([[2, 1, 0], [2, 0, 1], [4, 0, np.nan]])


@pytest.mark.parametrize(
    ("when", "verdict"),
    [
        (("legs == 2", "wings == true"), [True, False, False]),
        (("legs > 2",), [False, False, True]),
        (("colour == green",), [False, True, False]),
        (('colour != "red"',), [False, True, False]),
        (("colour == blue",), [False, False, False]),
    ],
)
def test_rule_holds_where_all_conditions_do(when: tuple[str, ...], verdict: list[bool]) -> None:
    """Conditions are joined by and; a missing value fulfils none."""
    assert fulfils(Rule(label="x", when=when), FEATURES, FRAME).tolist() == verdict


def test_condition_parses() -> None:
    """A number may be written as in any language."""
    assert parse_condition(" weight>=1.5e2 ") == Condition("weight", ">=", 150.0)


@pytest.mark.parametrize("text", ["weight", "weight = 3", "> 3", "__import__('os')"])
def test_condition_nonsense_is_refused(text: str) -> None:
    """What is no comparison says what one looks like."""
    with pytest.raises(ValueError, match="feature comparison value"):
        parse_condition(text)
