"""Child processes: started, watched, and stopped whatever happens."""

from __future__ import annotations

import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psutil
import pytest

from cli.child import ROOT
from cli.supervisor import Stopped, Supervisor
from herdbook.errors import ProcessError

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]
DEAF = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
time.sleep(600)
"""
# As BentoML's workers are: in a session of its own, and deaf to its parent's end.
PARENT = """
import subprocess, sys, time
worker = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
print(worker.pid, flush=True)
time.sleep(600)
"""
SUPERVISED = """
import sys
from pathlib import Path
from cli.supervisor import Supervisor
with Supervisor(Path(sys.argv[1]), {"PATH": ""}) as supervisor:
    child = supervisor.start("sleeper", [sys.executable, "-c", "import time; time.sleep(600)"])
    print(child.process.pid, flush=True)
    supervisor.watch()
"""


class Stranger(BaseHTTPRequestHandler):
    """Another program, which says yes to everything."""

    def do_GET(self) -> None:
        """Answer 200."""
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Write nothing."""


@pytest.fixture
def supervisor(tmp_path: Path) -> Supervisor:
    """Give a supervisor that is not entered yet."""
    return Supervisor(tmp_path, dict(os.environ))


def wait_gone(pid: int) -> bool:
    """Tell whether the process ends within a minute."""
    for _ in range(1_200):
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.integration
def test_supervisor_stops_grandchildren_in_sessions_of_their_own(supervisor: Supervisor) -> None:
    """A worker that its parent forgets is stopped too."""
    with supervisor:
        child = supervisor.start("parent", [sys.executable, "-c", PARENT], reads_events=True)
        worker = int(child.process.stdout.readline())
        assert psutil.pid_exists(worker)

    assert child.process.returncode is not None
    assert wait_gone(worker)


@pytest.mark.integration
def test_supervisor_kills_what_does_not_listen(
    supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Past its grace a process is killed."""
    monkeypatch.setattr("cli.supervisor.SHORT_GRACE_S", 0.2)

    with supervisor:
        child = supervisor.start("deaf", [sys.executable, "-c", DEAF], reads_events=True)
        child.process.stdout.readline()

    assert child.process.returncode == -signal.SIGKILL


@pytest.mark.integration
def test_watch_says_which_process_ended_and_what_it_logged(supervisor: Supervisor, tmp_path: Path) -> None:
    """The sentence holds the exit code, the log file and its end."""
    with supervisor:
        supervisor.start("one", [sys.executable, "-c", "print('out of hay'); raise SystemExit(3)"])

        with pytest.raises(ProcessError, match=r"exit code 3; its log is .*one\.log.*\nout of hay"):
            supervisor.watch()

    assert (tmp_path / "one.log").read_text() == "out of hay\n"


@pytest.mark.integration
def test_wait_ready_gives_up_on_a_process_that_does_not_answer(supervisor: Supervisor) -> None:
    """A process that never answers is an error after the time given."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{bound.getsockname()[1]}/readyz"

        with supervisor, pytest.raises(ProcessError, match="was not ready within 0 s"):
            supervisor.wait_ready(supervisor.start("mute", SLEEP), url, timeout_s=0.3)


@pytest.mark.integration
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_supervisor_turns_signals_into_an_orderly_stop(
    supervisor: Supervisor, number: signal.Signals
) -> None:
    """Ctrl-C, SIGTERM and a closed terminal all stop the children; the handlers are put back."""
    before = signal.getsignal(number)

    with supervisor:
        child = supervisor.start("sleeper", SLEEP)
        with pytest.raises(Stopped) as stopped:
            os.kill(os.getpid(), number)

    assert stopped.value.exit_code == 128 + number
    assert child.process.returncode == -signal.SIGTERM
    assert signal.getsignal(number) is before


@pytest.mark.integration
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ties a process to its parent")
def test_children_end_with_a_supervisor_that_was_killed(tmp_path: Path) -> None:
    """A kill -9 of the supervisor leaves no orphan."""
    command = [sys.executable, "-c", SUPERVISED, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        child = int(process.stdout.readline())

        process.kill()

        assert wait_gone(child)


@pytest.mark.integration
def test_wait_ready_takes_no_answer_for_that_of_a_process_that_ended(supervisor: Supervisor) -> None:
    """Then it is another program that answers at the URL."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Stranger) as stranger:
        threading.Thread(target=stranger.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{stranger.server_port}/readyz"

        with supervisor:
            child = supervisor.start("late", [sys.executable, "-c", "raise SystemExit('the port is taken')"])
            child.process.wait()

            with pytest.raises(ProcessError, match="the port is taken"):
                supervisor.wait_ready(child, url, timeout_s=60)

        stranger.shutdown()


@pytest.mark.integration
def test_ended_process_has_no_tree(supervisor: Supervisor) -> None:
    """Its number may be another process's by now, and is not looked up anew."""
    with supervisor:
        child = supervisor.start("short", [sys.executable, "-c", ""])
        child.process.wait()

    # outside of the block, which would end what it took for the tree
    child.process.pid = os.getpid()

    assert child.tree() == []


@pytest.mark.integration
def test_cpu_s_counts_no_child_that_ended_before() -> None:
    """What `make up` installs, in the process that it then becomes, is no cost of what it starts."""
    burn = "import time\nwhile time.process_time() < 2: pass"
    subprocess.run([sys.executable, "-c", burn], check=True)

    told = Supervisor(Path(), {}).cpu_s()

    own = resource.getrusage(resource.RUSAGE_SELF)
    assert told == pytest.approx(own.ru_utime + own.ru_stime, abs=1.0)
