"""A seed of its own for each fit, so that what chance did in one fit says nothing of what it did in another.

Were all fits to draw from one seed, a forest would owe the same luck to every fold: beside itself with
another seed it would differ in all folds alike, which a comparison takes for a difference that is real.
"""

from __future__ import annotations

from zlib import crc32

import numpy as np

from herdbook import document
from training.member import Candidate


def fit_seed(seed: int, *place: int, candidate: Candidate | None = None) -> int:
    """Derive the seed of one fit, from 0 to 2³² - 1.

    It depends on nothing but what is given: not on who else is fitted, in which order, or in which process.

    Parameters
    ----------
    seed
        Of the whole training.
    place
        Where the fit stands: in an evaluation its repeat, its outer fold and the split inside it. As many
        numbers for every fit that is to differ from the others.
    candidate
        What is fitted; its member and settings count.
    """
    who = 0 if candidate is None else crc32(document.encode(candidate.to_json()))
    return int(np.random.SeedSequence((seed, *place, who)).generate_state(1)[0])
