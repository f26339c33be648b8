"""Bringing files and their names to the disk, so that a crash or a power cut takes nothing back."""

from __future__ import annotations

import fcntl
import os
import sys
from pathlib import Path


def sync(fd: int) -> None:
    """Bring a file's data to the disk."""
    if sys.platform == "darwin":
        fcntl.fcntl(fd, fcntl.F_FULLFSYNC)  # fsync stops at the drive's cache there
    else:
        os.fdatasync(fd)


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk."""
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, each durably: a file is no safer than the names that lead to it."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)
