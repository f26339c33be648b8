"""Frames: records as one float64 matrix, and back."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from herdbook.feature import LARGEST_INTEGER, Feature
from herdbook.frame import to_frame, to_records

FEATURES = (
    Feature(name="legs", type="integer", missing=True),
    Feature(name="height", type="number", missing=True),
    Feature(name="wings", type="boolean", missing=True),
    Feature(name="colour", type="category", values=("red", "green"), missing=True),
)
RECORDS = st.fixed_dictionaries(
    {
        "legs": st.none() | st.integers(-LARGEST_INTEGER, LARGEST_INTEGER),
        "height": st.none() | st.floats(allow_nan=False, allow_infinity=False),
        "wings": st.none() | st.booleans(),
        "colour": st.none() | st.sampled_from(["red", "green"]),
    }
)


@given(st.lists(RECORDS, max_size=5))
def test_frame_round_trips(records: list[dict[str, object]]) -> None:
    """No valid value changes on its way into a frame and back."""
    frame = to_frame(FEATURES, records)

    assert frame.shape == (len(records), 4)
    assert to_records(FEATURES, frame) == records


def test_absent_value_is_nan() -> None:
    """A record may leave out what may be missing."""
    frame = to_frame(FEATURES, [{"legs": 4}])

    assert np.array_equal(frame, [[4.0, np.nan, np.nan, np.nan]], equal_nan=True)
