"""The demo's server gives out the results of one replay, and tells nobody anything else."""

import http.client
import threading

import pytest

from headland.errors import UnreachableError
from headland.serve import FolderServer


@pytest.fixture
def server(tmp_path):
    """A server of a folder that holds a map and a secret."""
    (tmp_path / "map.html").write_text("<!doctype html><p>map")
    (tmp_path / "secret.txt").write_text("secret")
    with FolderServer(tmp_path, 0) as serving:
        thread = threading.Thread(target=serving.serve_forever, args=[0.01])
        thread.start()
        yield serving
        serving.shutdown()
        thread.join()


def ask(server, path, method="GET", host=None):
    """One request as a browser would send it, the path as it stands."""
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    connection.request(method, path, headers={"Host": host or f"127.0.0.1:{server.server_port}"})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer, body


def test_the_map_is_the_first_page(server):
    answer, body = ask(server, "/")

    assert (answer.status, body) == (200, b"<!doctype html><p>map")
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize(
    "path",
    ["/secret.txt", "/../secret.txt", "/%2e%2e/secret.txt", "/etc/passwd", "/report.json"],
)
def test_what_is_not_a_result_is_not_found(server, path):
    answer, body = ask(server, path)

    assert answer.status == 404
    assert b"secret" not in body


@pytest.mark.parametrize("path", ["/", "/nothing"])
def test_every_answer_forbids_framing_sniffing_and_other_places(server, path):
    answer, _ = ask(server, path)

    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Server"] == "headland"


def test_a_foreign_name_that_resolves_here_is_refused(server):
    assert ask(server, "/", host="evil.example")[0].status == 421
    assert ask(server, "/", host=f"localhost:{server.server_port}")[0].status == 200


def test_only_reading_is_answered(server):
    assert ask(server, "/", "HEAD")[1] == b""
    assert ask(server, "/", "POST")[0].status == 501


def test_it_listens_on_the_loopback_address_alone(server):
    assert server.server_address[0] == "127.0.0.1"


def test_a_taken_port_is_told_with_its_number(server, tmp_path):
    with pytest.raises(UnreachableError, match=f"port {server.server_port} .* is taken"):
        FolderServer(tmp_path, server.server_port)
