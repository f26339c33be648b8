"""Write `deploy/.env` with secrets of this machine's own: `python3 deploy/env.py`.

It is made from `.env.example`: a setting without a value there gets a random one. A file that is there
already stays as it is, for the store knows the secrets in it. The standard library is all that it needs.
"""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
EXAMPLE, TARGET = FOLDER / ".env.example", FOLDER / ".env"


def filled(example: str) -> str:
    """Give the text of an example with a random value wherever a setting has none."""
    lines = [f"{line}{secrets.token_hex(20)}" if is_open(line) else line for line in example.splitlines()]
    return "\n".join(lines) + "\n"


def is_open(line: str) -> bool:
    """Tell whether a line sets something to nothing."""
    return line.endswith("=") and not line.startswith("#")


def main() -> int:
    """Write the file, readable to its owner alone; give the exit code."""
    try:
        descriptor = os.open(TARGET, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        sys.stderr.write(f"env: {TARGET} is there already and stays as it is; delete it to get another one\n")
        return 1
    with os.fdopen(descriptor, "w") as file:
        file.write(filled(EXAMPLE.read_text()))
    sys.stdout.write(f"env: {TARGET} written; keep it, the store knows the secrets in it\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
