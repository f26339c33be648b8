"""Take from an environment what a container never uses: `python deploy/slim.py`.

It works on the environment of the Python that runs it, once all is installed there. Nothing that our code
imports is taken: in a container nobody runs the tests of NumPy, compiles against Arrow or speaks to one of
Amazon's 400 other services. Of large files that are equal one stays, and the others point at it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from pathlib import Path

UNUSED = (
    # Arrow's parts that are libraries of their own, which pyarrow itself can do without
    "pyarrow/libarrow*flight.so*",
    "pyarrow/_flight.*.so",
    "pyarrow/libarrow_s3.so*",
    "pyarrow/_s3fs.*.so",
    # ONNX Runtime a second time, for programs in C, and what optimises, quantises and converts graphs
    "onnxruntime/capi/libonnxruntime.so*",
    "onnxruntime/backend/",
    "onnxruntime/datasets/",
    "onnxruntime/quantization/",
    "onnxruntime/tools/",
    "onnxruntime/transformers/",
    # for those who compile against a package
    "pyarrow/include",
    "pyarrow/src",
    "**/*.px[di]",
    "**/*.pyx",
    # for those who check types
    "**/*.pyi",
    # for those who test a package
    "**/tests/",
    "numpy/_core/_simd.*.so",
    "pyarrow/_pyarrow_cpp_tests.*.so",
    # for those who read Matrix Market files
    "scipy/io/_fast_matrix_market/_fmm_core.*.so",
    "**/__pycache__/",  # precompile.py makes those of a start
)
"""What goes, as patterns below the folder of packages."""

SERVICES = frozenset({"s3", "sts", "sso", "sso-oidc", "signin"})
"""Descriptions of Amazon's services that stay: the store, and the ways to its credentials."""

LARGE_BYTES = 100_000


def unused(packages: Path) -> Iterator[Path]:
    """List the files and folders of a folder of packages that nothing of ours uses."""
    for pattern in UNUSED:
        yield from packages.glob(pattern)
    for described in packages.glob("boto*/data/*"):
        if described.is_dir() and described.name not in SERVICES:
            yield described


def remove(paths: Iterable[Path]) -> int:
    """Remove files, and folders with all that is in them; return how many bytes that frees."""
    freed = 0
    for path in list(paths):
        files = [path] if path.is_file() else [each for each in path.rglob("*") if each.is_file()]
        freed += sum(each.lstat().st_size for each in files)
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    return freed


def join_equal(packages: Path) -> int:
    """Let equal large files, such as libraries that NumPy and SciPy both bring, be one; count the bytes."""
    freed = 0
    kept: dict[tuple[int, bytes], Path] = {}
    for path in sorted(packages.rglob("*.so*")):
        size = path.lstat().st_size
        if size < LARGE_BYTES or path.is_symlink():
            continue
        first = kept.setdefault((size, hashlib.sha256(path.read_bytes()).digest()), path)
        if first != path:
            path.unlink()
            path.symlink_to(os.path.relpath(first, path.parent))
            freed += size
    return freed


def main() -> None:
    """Slim the environment of the Python that runs this."""
    packages = Path(sysconfig.get_path("platlib"))
    freed = remove(unused(packages)) + join_equal(packages)
    sys.stdout.write(f"slim: {freed / 1e6:.0f} MB of what a container never uses are gone\n")


if __name__ == "__main__":
    main()
