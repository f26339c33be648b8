"""Who is let in: host names, other sites, paths and sizes, on the real process."""

from __future__ import annotations

import re
import signal
import socket
import time

import httpx
import pytest

from tests.fixtures.s3_server import free_ports
from tests.ui.conftest import Pages

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("ui")]

SIDE_ROUTES = (
    "/", "/config", "/theme.css", "/pulse", "/health", "/own/page.js", "/gradio_api/info",
    "/gradio_api/app_id", "/gradio_api/heartbeat/x", "/gradio_api/queue/data?session_hash=x",
    "/gradio_api/startup-events",
)  # fmt: skip
CLOSED = (
    "/gradio_api/info", "/gradio_api/openapi.json", "/gradio_api/proxy=http://127.0.0.1/", "/monitoring",
    "/gradio_api/vibe-code/", "/gradio_api/dev/reload", "/gradio_api/component_server", "/docs", "/login",
    "/gradio_api/stream/a/b/c/playlist.m3u8", "/gradio_api/runs", "/manifest.json", "/gradio_api/deep_link",
)  # fmt: skip


def ask(url: str, headers: dict[str, str] | None = None) -> httpx.Response:
    """Get a URL, however busy the machine is."""
    return httpx.get(url, headers=headers, timeout=60)


def send(pages: Pages, head: str) -> bytes:
    """Send the head of a request as it stands and give the start of the answer."""
    with socket.create_connection(("127.0.0.1", pages.port), timeout=60) as connection:
        connection.sendall(head.encode())
        return connection.recv(200)


@pytest.mark.parametrize("path", SIDE_ROUTES)
def test_foreign_host_is_not_answered(pages: Pages, path: str) -> None:
    """Only configured Host names are answered, on Gradio's side routes too."""
    answer = ask(f"{pages.url}{path}", headers={"Host": "evil.example"})

    assert answer.status_code == 421
    assert "--allowed-hosts" in answer.text


def test_two_host_headers_are_not_answered(pages: Pages) -> None:
    """A request with two Hosts is refused, whichever of them is known."""
    head = f"GET /health HTTP/1.1\r\nHost: 127.0.0.1:{pages.port}\r\nHost: evil.example\r\n\r\n"

    assert b" 421 " in send(pages, head) or b" 400 " in send(pages, head)


@pytest.mark.parametrize("path", CLOSED)
def test_path_that_the_page_does_not_need_is_closed(pages: Pages, path: str) -> None:
    """What Gradio serves besides (its API's page, proxies, monitoring) does not exist here."""
    assert ask(f"{pages.url}{path}").status_code == 404


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "//etc/passwd", "../../../../etc/passwd", "%2Fetc%2Fpasswd", "ui/__main__.py"]
)
def test_files_of_the_machine_are_not_served(pages: Pages, path: str) -> None:
    """Gradio's file route gives out nothing but what was uploaded or answered here."""
    answer = ask(f"{pages.url}/gradio_api/file={path}")

    assert answer.status_code in {403, 404}
    assert "root:" not in answer.text


@pytest.mark.parametrize("path", ["http://127.0.0.1:1/", "https://example.org/x.png", "HTTP:/127.0.0.1:1/"])
def test_file_route_fetches_nothing_from_elsewhere(pages: Pages, path: str) -> None:
    """Nor does it fetch a URL on behalf of a reader."""
    assert ask(f"{pages.url}/gradio_api/file={path}").status_code == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_another_site_may_not_post(pages: Pages, headers: dict[str, str]) -> None:
    """What a page of another origin sends is refused."""
    answer = httpx.post(f"{pages.url}/gradio_api/queue/join", json={}, headers=headers, timeout=60)

    assert answer.status_code == 403


def test_another_site_may_not_read(pages: Pages) -> None:
    """No answer tells a browser to share it with another origin."""
    answer = ask(f"{pages.url}/config", headers={"Origin": "https://evil.example"})

    assert not [name for name in answer.headers if name.startswith("access-control-")]


def test_every_answer_carries_the_headers_of_a_safe_page(pages: Pages) -> None:
    """Browsers are told not to guess types, not to be framed elsewhere and to load nothing foreign."""
    for path in ("/", "/own/style.css", "/missing"):
        said = ask(f"{pages.url}{path}").headers

        assert said["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'self'" in said["content-security-policy"]
        assert said["referrer-policy"] == "same-origin"


def test_page_names_no_other_host(pages: Pages) -> None:
    """The first page names no other host outside of what Gradio configures itself with."""
    page = re.sub(
        r"<script>window\.gradio_config.*?</script>", "", ask(f"{pages.url}/").text, flags=re.DOTALL
    )

    assert "<title>Herdbook</title>" in page
    assert "https://" not in page


def test_upload_that_announces_too_much_is_refused(pages: Pages) -> None:
    """A body beyond the limit is refused before it is read."""
    host = f"Host: 127.0.0.1:{pages.port}"
    head = f"POST /gradio_api/upload HTTP/1.1\r\n{host}\r\nContent-Length: 99999999999\r\n\r\n"

    assert b" 413 " in send(pages, head)


def test_allowed_host_is_answered_and_sigterm_ends_it_at_once(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """A name given by --allowed-hosts is answered; an open page does not hold up the end."""
    away = f"http://127.0.0.1:{free_ports(1)[0]}"
    started = Pages(
        tmp_path_factory.mktemp("door"), away, ("--allowed-hosts", "herd.example,b.example")
    ).start()
    try:
        answer = ask(f"{started.url}/health", headers={"Host": "herd.example:7860"})
        with httpx.stream("GET", f"{started.url}/gradio_api/heartbeat/abc"):
            assert started.process is not None
            began = time.monotonic()
            started.process.send_signal(signal.SIGTERM)
            code = started.process.wait(timeout=20)
            took_s = time.monotonic() - began

        assert answer.json() == {"status": "ok"}
        assert code == 0
        assert took_s < 5  # about 0.8 on a quiet machine
        assert "Traceback" not in started.output
    finally:
        started.kill()


def test_address_that_means_every_one_is_no_name(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Listening everywhere lets in the names that were given and those of this machine, not 0.0.0.0."""
    away = f"http://127.0.0.1:{free_ports(1)[0]}"
    started = Pages(tmp_path_factory.mktemp("any"), away, ("--host", "0.0.0.0")).start()
    try:
        told = [ask(f"{started.url}/health", headers={"Host": name}) for name in ("0.0.0.0:80", "localhost")]

        assert [one.status_code for one in told] == [421, 200]
    finally:
        started.kill()
