"""Products of matrices in portions."""

from __future__ import annotations

import numpy as np
import pytest

from herdbook.product import multiply


@pytest.mark.parametrize(
    "shape", [(1, 3, 1), (3_000, 6, 1), (1, 6, 3_000), (3_000, 6, 200), (5, 600, 700), (0, 2, 3)]
)
def test_multiply_is_the_product(shape: tuple[int, int, int]) -> None:
    """Whatever the portions, the product is that of the whole matrices."""
    n, k, m = shape
    generator = np.random.default_rng(0)
    left, right = generator.normal(size=(n, k)), generator.normal(size=(k, m))

    np.testing.assert_allclose(multiply(left, right), left @ right, atol=1e-9)
    np.testing.assert_allclose(multiply(left, right, np.empty((n, m))), left @ right, atol=1e-9)
