"""A working process that does as its job says: the same contract over argv and stdout as `cli.work`."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

ANSWERS, FAILS, CRASHES, LASTS, IS_KILLED = range(5)
ADVANCES = 20_000


def say(**event: object) -> None:
    """Write one event."""
    sys.stdout.write(json.dumps(event) + "\n")
    if event["event"] != "advance":
        sys.stdout.flush()


def main() -> int:
    """Do the job of the command line; its seed says which."""
    job = json.loads(sys.argv[1])
    sys.stderr.write("a library prints\n")
    say(event="start", step="count", total=ADVANCES)
    match job["seed"]:
        case 1:
            say(event="fail", sentence="there is no snapshot; ingest first")
            return 1
        case 2:
            raise RuntimeError("out of luck")
        case 3:
            subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
            time.sleep(600)
        case 4:
            os.kill(os.getpid(), signal.SIGKILL)
    for _ in range(ADVANCES):
        say(event="advance", units=1)
    say(event="finish", note="counted")
    say(event="answer", answer={"tag": f"{job['dataset']}:3f2a9c01d4b7", "workdir": job["workdir"]})
    return 0


if __name__ == "__main__":
    sys.exit(main())
