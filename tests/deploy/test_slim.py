"""What is taken from an environment, and what stays."""

from __future__ import annotations

from pathlib import Path

from deploy.slim import LARGE_BYTES, join_equal, remove, unused


def write(path: Path, text: str = "x") -> Path:
    """Write a file and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_unused_goes_and_the_rest_stays(tmp_path: Path) -> None:
    """Tests, parts of Arrow and other services go; code, the store and its credentials stay."""
    gone = [
        "numpy/_core/tests/test_a.py",
        "pyarrow/libarrow_flight.so.2600",
        "botocore/data/ec2/x.gz",
        "a/b.pyx",
        "onnxruntime/capi/libonnxruntime.so.1.31.1",
        "onnxruntime/tools/convert.py",
    ]
    kept = [
        "numpy/_core/a.py",
        "pyarrow/libarrow.so.2600",
        "botocore/data/s3/x.gz",
        "botocore/data/endpoints.json",
        "onnxruntime/capi/onnxruntime_pybind11_state.so",
    ]
    for name in [*gone, *kept]:
        write(tmp_path / name)

    freed = remove(unused(tmp_path))

    assert freed == len(gone)
    assert sorted(
        str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()
    ) == sorted(kept)


def test_module_named_tests_stays(tmp_path: Path) -> None:
    """Jinja's tests are a module, and no tests."""
    module = write(tmp_path / "jinja2" / "tests.py")

    remove(unused(tmp_path))

    assert module.exists()


def test_equal_libraries_become_one(tmp_path: Path) -> None:
    """The second points at the first; small ones stay as they are."""
    first, second = (write(tmp_path / name / "lib.so.5", "x" * LARGE_BYTES) for name in ("a.libs", "b.libs"))
    small = [write(tmp_path / name / "small.so") for name in ("a.libs", "b.libs")]

    freed = join_equal(tmp_path)

    assert freed == LARGE_BYTES
    assert second.is_symlink()
    assert second.resolve() == first
    assert not any(path.is_symlink() for path in small)
