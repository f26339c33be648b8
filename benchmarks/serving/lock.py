"""Pin the peers' environments anew: `python -m benchmarks.serving.lock`.

What computes the model has the version that ours has, so that the same model gives the same answers; all
else is as new as the peer allows.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
OURS = HERE.parents[1] / "requirements.lock"
SAME = ("numpy", "onnxruntime", "scikit-learn", "skops")
UV = Path(sys.executable).parent / "uv"


def main() -> None:
    """Write a lock beside each peer's requirements."""
    pinned = re.findall(rf"^(?:{'|'.join(SAME)})==[^\\\n]*", OURS.read_text(), flags=re.MULTILINE)
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(pinned))
        file.flush()
        for asked in sorted(HERE.glob("peer/*/requirements.in")):
            command = [str(UV), "pip", "compile", "--quiet", "--universal", "--python-version", "3.11"]
            command += ["--no-header", "--no-annotate", "--constraint", file.name, asked.name]
            subprocess.run([*command, "--output-file", "requirements.lock"], cwd=asked.parent, check=True)
            print(f"{asked.parent.name}: pinned")


if __name__ == "__main__":
    main()
