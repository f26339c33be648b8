"""Named arrays in one `.npz` without pickle, whose bytes depend on the arrays alone."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from herdbook.canonical import ZIP_TIME


def write_arrays(path: Path, arrays: Mapping[str, Any]) -> None:
    """Write arrays under their names, uncompressed, in the order given."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, array in arrays.items():
            body = BytesIO()
            np.lib.format.write_array(body, np.asarray(array), version=(1, 0), allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", ZIP_TIME)
            entry.create_system = 3
            archive.writestr(entry, body.getvalue())


def read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """Read them all back.

    Raises
    ------
    OSError, ValueError, EOFError, zipfile.BadZipFile
        The file is missing, damaged or holds a pickle.
    """
    with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}
