"""Tell whether the service or the process beside it is well: `python deploy/health.py [PORT [PATH]]`.

It is the HEALTHCHECK of the images, which have no curl. Exit code 0 is healthy.
"""

from __future__ import annotations

import http.client
import os
import sys

PORTS = ("PORT", "BENTOML_PORT", "HERDBOOK_PORT")
"""Variables that move the service, the one that wins first."""

TIMEOUT_S = 4.0


def service_port() -> int:
    """Give the port that the service of this container listens on."""
    told = next((os.environ[name] for name in PORTS if os.environ.get(name)), "3000")
    return int(told)


def is_healthy(port: int, path: str) -> bool:
    """Tell whether a server on this machine answers 200."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def main(told: list[str]) -> int:
    """Give the exit code."""
    port = int(told[0]) if told else service_port()
    path = told[1] if len(told) > 1 else "/readyz"
    return 0 if is_healthy(port, path) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
