"""Make `.venv`, all that Herdbook needs, on a machine that has Python 3.11 to 3.13 and nothing else.

    python3 bootstrap.py          what `herdbook up` needs
    python3 bootstrap.py --dev    the same, and what the tests and checks need

It installs the locked packages by their hashes, with the pip it finds: the one in `.venv`, ensurepip's, a
wheel of the system's, the interpreter's own, or, on Debian and its kin, the wheel in the package
python3-pip-whl, which needs no root. Packages come from the index that this machine's pip is set to. Run
again, it does nothing unless a lock has changed. It imports the standard library only, and touches nothing
outside this folder but for the system packages that `--dev` may ask for, which it announces.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

OLDEST, NEWEST = (3, 11), (3, 13)
ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "herdbook.stamp"
UNFINISHED = VENV / "herdbook.unfinished"
LOCKS = {"runtime": ROOT / "requirements.lock", "dev": ROOT / "requirements-dev.lock"}
WHEELS = (Path("/usr/share/python-wheels"), Path("/usr/share/python3-wheels"))
TOOLS = {"curl": ("curl",), "make": ("make",)}  # commands that the tests of the documentation run
BROWSER = {"chromium": ("chromium", "chromium-browser", "google-chrome")}  # any of these draws the pages
BUILT = "hdbscan"  # has wheels for macOS and for Linux on x86-64; on another Linux its source is built


class BootstrapError(Exception):
    """A step failed in a way that a person has to cure; its text is the whole sentence."""


def say(text: str) -> None:
    """Tell the person at the terminal what is done."""
    print(f"bootstrap: {text}", flush=True)  # noqa: T201 - an installer talks on standard output


def run(command: list[str], *, quiet: bool = False, errors: bool = True) -> bool:
    """Run a command to its end, showing all or part of what it says, and tell whether it succeeded."""
    out = subprocess.DEVNULL if quiet else None
    error = None if errors else subprocess.DEVNULL
    try:
        code = subprocess.call(  # noqa: S603 - every command is written in this file
            command, cwd=ROOT, env=environment(), stdin=subprocess.DEVNULL, stdout=out, stderr=error
        )
    except FileNotFoundError:
        return False
    return code == 0


def try_out(command: list[str]) -> bool:
    """Run a command that may well fail, in silence."""
    return run(command, quiet=True, errors=False)


def environment() -> dict[str, str]:
    """Give the environment of every command: this machine's, less what would lead an install elsewhere."""
    astray = {"PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_PYTHON"}
    kept = {name: value for name, value in os.environ.items() if name not in astray}
    ours = {"PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    return kept | ours | {"DEBIAN_FRONTEND": "noninteractive"}


def use_fitting_python(arguments: list[str]) -> None:
    """Go on under a Python that Herdbook runs on, if this one is too old or too new."""
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        if found:
            os.execv(found, [found, str(Path(__file__).resolve()), *arguments])  # noqa: S606 - no shell is wanted
    raise BootstrapError(
        f"Herdbook runs on Python 3.{OLDEST[1]} to 3.{NEWEST[1]}, and {sys.executable} is "
        f"{sys.version.split()[0]}. Install one that fits, for example as the command python3.{NEWEST[1]}."
    )


def fingerprints(*, dev: bool) -> list[str]:
    """Give one line per lock that says what the environment is made of, where, and for which Python."""
    project = [Path(__file__).read_bytes(), (ROOT / "pyproject.toml").read_bytes()]
    place = f"{ROOT}\n{sys.version}\n".encode()
    lines = []
    for name in ("runtime", "dev") if dev else ("runtime",):
        content = b"\0".join([place, *project, LOCKS[name].read_bytes()])
        lines.append(f"{name} {hashlib.sha256(content).hexdigest()}")
    return lines


def stamped() -> list[str]:
    """Give the lines of the stamp that the last complete run left."""
    return STAMP.read_text().splitlines() if STAMP.is_file() and PYTHON.exists() else []


def is_venv_whole() -> bool:
    """Tell whether `.venv` is of this Python, was made in this folder, and no install was cut short."""
    activate = VENV / "bin" / "activate"  # names the folder it was made in, as every script beside it does
    if UNFINISHED.exists() or not activate.is_file() or f"{VENV}" not in activate.read_text():
        return False
    probe = f"import sys; sys.exit(sys.version_info[:2] != {sys.version_info[:2]})"
    return try_out([str(PYTHON), "-c", probe])


def make_venv() -> None:
    """Make `.venv`, or keep the one that is there if it is whole, in its place and of this Python."""
    if is_venv_whole():
        return
    say(f"making .venv with Python {sys.version.split()[0]}")
    if not run([sys.executable, "-m", "venv", "--clear", "--without-pip", str(VENV)]):
        raise BootstrapError(
            f"{sys.executable} could not make a virtual environment: its module `venv` is missing or broken. "
            "Install it (on Debian: apt-get install python3-venv) or a whole Python 3.11 to 3.13."
        )


def find_pip() -> list[str]:
    """Find a pip that installs into `.venv`, as the beginning of its command line."""
    inside = [str(PYTHON), "-m", "pip"]
    if try_out([*inside, "--version"]):
        return inside
    if try_out([str(PYTHON), "-m", "ensurepip", "--default-pip"]):
        return inside
    for folder in WHEELS:
        for wheel in sorted(folder.glob("pip-*.whl"), reverse=True):
            if install_pip(wheel):
                return inside
    outside = [sys.executable, "-m", "pip", "--python", str(PYTHON)]  # pip 22.3 and newer
    if try_out([*outside, "--version"]):
        return outside
    if shutil.which("apt-get") and shutil.which("dpkg") and fetch_debian_pip():
        return inside
    raise BootstrapError(
        f"no pip was found for {sys.executable}. Give it one (on Debian: apt-get install python3-venv; on "
        "Fedora: dnf install python3-pip; elsewhere: python3 -m ensurepip) and run this again."
    )


def install_pip(wheel: Path) -> bool:
    """Install pip into `.venv` from its own wheel, which is also the program that does it."""
    return try_out([str(PYTHON), f"{wheel}/pip", "install", "--no-index", "--no-deps", str(wheel)])


def fetch_debian_pip() -> bool:
    """Take pip's wheel out of Debian's package, with apt's lists and caches in a folder of our own."""
    say("this Python has no pip: taking it from Debian's package python3-pip-whl, without installing that")
    with tempfile.TemporaryDirectory(prefix="herdbook-pip-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # apt drops to a user of its own, who has to read it
        (folder / "lists" / "partial").mkdir(parents=True)
        (folder / "cache" / "archives" / "partial").mkdir(parents=True)
        own = [f"Dir::State::Lists={folder}/lists", f"Dir::Cache={folder}/cache", "APT::Sandbox::User=root"]
        apt = ["apt-get", "-qq", *(part for option in own for part in ("-o", option))]
        script = 'cd "$1" && shift && "$@" download python3-pip-whl && dpkg -x python3-pip-whl_*.deb unpacked'
        for lists in (["apt-get", "-qq"], apt):
            if lists is apt and not run([*apt, "update"]):
                return False
            if try_out(["sh", "-c", script, "sh", str(folder), *lists]):
                break
        return any(install_pip(wheel) for wheel in folder.glob("unpacked/usr/share/python-wheels/pip-*.whl"))


def install_packages(pip: list[str], locks: list[Path]) -> None:
    """Install exactly what the locks name, as wheels, each checked by its hash."""
    lines = [line for lock in locks for line in lock.read_text().splitlines()]
    count = len({line.split("==")[0] for line in lines if "==" in line})
    say(f"installing up to {count} locked packages, checked by hash; the first time takes a minute or two")
    quiet = [] if sys.stdout.isatty() else ["-qq"]
    exact = ["--require-hashes", "--no-deps", "--only-binary", ":all:", "--no-input"]
    if not os.environ.get("PYTHONDONTWRITEBYTECODE"):
        # Python compiles and keeps a module when it is first imported: most never are, all take a minute
        exact.append("--no-compile")
    if sys.platform == "linux" and platform.machine() != "x86_64":
        exact += ["--no-binary", BUILT]
        install_compiler()
    files = [part for lock in locks for part in ("-r", str(lock))]
    if not run([*pip, "install", *quiet, *exact, *files]):
        raise BootstrapError("pip could not install the locked packages; what it said stands above.")


def install_project() -> None:
    """Put this checkout on the path of `.venv` and write its commands, as an editable install would."""
    import tomllib  # noqa: PLC0415 - only now is this Python known to be new enough

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    site = next((VENV / "lib").glob("python3.*/site-packages"))
    (site / "herdbook.pth").write_text(f"{ROOT}\n")
    for old in site.glob("herdbook-*.dist-info"):
        shutil.rmtree(old)
    info = site / f"{project['name']}-{project['version']}.dist-info"
    info.mkdir()
    named = f"Name: {project['name']}\nVersion: {project['version']}\n"
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\n{named}")
    (info / "INSTALLER").write_text("bootstrap.py\n")
    for command, target in project["scripts"].items():
        module, function = target.split(":")
        script = VENV / "bin" / command
        # sh finds the interpreter: a #! line ends at a space and, on some systems, after 127 bytes
        by_sh = f"""#!/bin/sh\n'''exec' "{PYTHON}" "$0" "$@"\n' '''\n"""
        script.write_text(f"{by_sh}import sys\n\nfrom {module} import {function}\n\nsys.exit({function}())\n")
        script.chmod(0o755)


def install_compiler() -> None:
    """See that a package can be built: a C compiler and Python's headers."""
    headers = Path(sysconfig.get_path("include")) / "Python.h"
    if not (shutil.which("cc") and headers.exists()):
        install_system(
            ["gcc", "libc6-dev", "python3-dev"], f"{BUILT} has no wheel for this machine; building it"
        )


def install_tools() -> None:
    """See that the commands are there that the tests run."""
    for packages, tests in ((TOOLS, "tests of the documentation"), (BROWSER, "tests in a browser")):
        missing = [name for name, commands in packages.items() if not any(map(shutil.which, commands))]
        if missing and not install_system(missing, f"running the {tests}"):
            say(f"the {tests} are skipped until then")


def install_system(packages: list[str], who: str) -> bool:
    """Install system packages if root's rights are at hand, or name them; either is announced."""
    needs = f"{who} needs {' '.join(packages)}"
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if shutil.which("apt-get") and (not sudo or try_out(["sudo", "-n", "true"])):
        say(f"{needs}: installing with {' '.join([*sudo, 'apt-get'])}")
        install = [*sudo, "apt-get", "-qq", "install", "--yes", "--no-install-recommends", *packages]
        if try_out(install) or (run([*sudo, "apt-get", "-qq", "update"]) and run(install, quiet=True)):
            return True
    cure = f"brew install {' '.join(packages)}" if sys.platform == "darwin" else "please install that"
    say(f"{needs}, which this machine lacks: {cure}")
    return False


def bootstrap(*, dev: bool) -> None:
    """Bring `.venv` to what the locks say."""
    wanted = fingerprints(dev=dev)
    if set(wanted) <= set(stamped()):
        return
    make_venv()
    STAMP.unlink(missing_ok=True)
    UNFINISHED.touch()
    install_packages(find_pip(), [LOCKS["runtime"], LOCKS["dev"]] if dev else [LOCKS["runtime"]])
    install_project()
    UNFINISHED.unlink()
    STAMP.write_text("\n".join(wanted) + "\n")
    say("the environment is ready: .venv/bin/herdbook")


def main() -> int:
    """Run the bootstrap; answer 0, 1 for an error with its sentence, or 130 for Ctrl-C."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--dev", action="store_true", help="add what the tests and checks need")
    arguments = parser.parse_args()
    try:
        use_fitting_python(sys.argv[1:])
        with Path(__file__).open() as door:
            fcntl.flock(door, fcntl.LOCK_EX)  # a second bootstrap in this folder waits for the first
            bootstrap(dev=arguments.dev)
        if arguments.dev:
            install_tools()
    except BootstrapError as error:
        say(f"error: {error}")
        return 1
    except KeyboardInterrupt:
        say("stopped; run it again to go on")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
