"""The kinds of tables that judge; the methods were chosen on others, drawn with other seeds.

Repeats are those of the evaluation: two for small tables when quick, up to ten when thorough, and one.
"""

from __future__ import annotations

from benchmarks.evaluation.learner import Learner, forest, logistic, neighbors, vote
from benchmarks.evaluation.pair import Pair, halves, of_columns, salted, twins
from benchmarks.evaluation.simulate import Kind
from benchmarks.evaluation.table import blobs, curved

KINDS: tuple[tuple[Kind, Learner], ...] = (
    (Kind("2 classes, easy", blobs(2, 3, apart=1.5, seed=901), 100, 10), logistic),
    (Kind("2 classes, hard", curved(2, 5, steep=0.6, seed=902), 120, 2), logistic),
    (Kind("2 classes, 10 % rare", blobs(2, 5, apart=0.9, shares=(0.9, 0.1), seed=903), 300, 1), logistic),
    (Kind("2 classes, 15 features", blobs(2, 15, apart=0.35, seed=904), 200, 1), logistic),
    (Kind("3 classes, very easy", blobs(3, 5, apart=2.4, seed=905), 150, 6), logistic),
    (Kind("3 classes, nothing to learn", blobs(3, 4, apart=0.0, seed=906), 150, 1), logistic),
    (Kind("2 classes, 30 % of labels random", curved(2, 3, steep=4, noise=0.3, seed=907), 250, 1), neighbors),
    (Kind("4 classes, easy", blobs(4, 4, apart=2.0, seed=908), 200, 2), neighbors),
    (Kind("4 classes, medium", blobs(4, 5, apart=1.0, seed=909), 400, 1), forest),
    (Kind("3 classes, skewed features", curved(3, 3, steep=2, tail=True, seed=910), 250, 1), forest),
    (
        Kind("3 classes, imbalanced", blobs(3, 3, apart=1.3, shares=(0.6, 0.3, 0.1), seed=911), 150, 2),
        vote,
    ),
    (Kind("4 classes, hard", curved(4, 4, steep=1.2, seed=912), 500, 1), vote),
    (Kind("2 classes, very easy", blobs(2, 4, apart=2.2, seed=913), 100, 2), vote),
)

EQUAL: tuple[Pair, ...] = (
    halves("halves: 2 classes", twins(2, 3, apart=0.8, seed=921), 120, 2, logistic),
    halves("halves: 3 classes", twins(3, 3, apart=0.6, seed=922), 300, 1, logistic),
    halves("halves: 2 classes, easy", twins(2, 3, apart=1.4, seed=923), 150, 1, logistic),
    halves("halves: nothing to learn", twins(2, 3, apart=0.0, seed=924), 200, 1, logistic),
    halves("halves: neighbours", twins(3, 3, apart=1.0, seed=925), 200, 1, neighbors),
    halves("halves: forests", twins(2, 3, apart=0.7, seed=926), 150, 1, forest),
    halves("halves: forests, 2 repeats", twins(2, 3, apart=0.9, seed=929), 120, 2, forest),
    halves("halves: votes", twins(3, 3, apart=0.8, seed=930), 200, 1, vote),
    Pair(
        Kind("one more feature, of noise", blobs(2, 4, apart=0.0, seed=928), 200, 1),
        logistic,
        of_columns(logistic, slice(0, 3)),
    ),
    Pair(
        Kind("a forest and itself, anew", blobs(3, 4, apart=0.9, seed=927), 200, 1),
        salted(forest, 1),
        salted(forest, 2),
    ),
)
"""Procedures that are worth the same."""

DIFFERENT: tuple[Pair, ...] = tuple(
    Pair(
        Kind(f"{said} features or three, {n} rows", twins(3, 3, apart=0.8, seed=932), n, repeats),
        of_columns(logistic, slice(0, last)),
        of_columns(logistic, slice(0, 3)),
    )
    for last, said in ((4, "four"), (6, "six"))
    for n, repeats in ((100, 2), (200, 2), (500, 1))
)
"""Procedures of which the first sees more that tells."""
