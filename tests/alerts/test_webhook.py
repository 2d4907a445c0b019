"""Signed posts against a real HTTP server: one that checks, and ones that fail, stall and lie."""

import asyncio
import hashlib
import hmac
import json
import os
import socket
import ssl
import subprocess
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from alert_making import KENT, NOW_S, desk_in, flag, history
from hypothesis import given
from hypothesis import strategies as st

from alerts.channel import ChannelSettingError, DeliveryFailed, Message, Wires
from alerts.channels.webhook import HookSettings, WebhookChannel, WebhookSettings, _hook
from alerts.outbox import deliver_due, waiting
from alerts.signatures import WINDOW_S, checked_keys, sign, verify_signature
from fusion.flags import State

OLD, NEW, WRONG = b"an old key of the hook", b"a new key of the hook!", b"a key of somebody else"
MESSAGE = Message("HL-2026-000001:1:Alert", b'{"msgType":"Alert"}\n')


class Receiver(BaseHTTPRequestHandler):
    """What a force's own system would do: check the signature, drop what it has, keep the rest."""

    keys, kept, posts, answer = (NEW,), {}, [], 200

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        stamp, signature = self.headers["X-Headland-Timestamp"], self.headers["X-Headland-Signature"]
        genuine = verify_signature(self.keys, stamp, body, signature, NOW_S)
        self.posts.append(self.path)
        if genuine and self.answer == 200:
            self.kept.setdefault(self.headers["Idempotency-Key"], body)
        self.send_response(self.answer if genuine else 401)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args):
        """Say nothing."""


@contextmanager
def receiver(keys=(NEW,), answer=200, tls=None):
    """A receiver on this machine, and the port it listens on."""
    theirs = type("Mine", (Receiver,), {"keys": keys, "answer": answer, "kept": {}, "posts": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), theirs)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield theirs, server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def rude(*pieces, pause_s=0.0, endless=False):
    """A server that answers whatever it likes, piece by piece."""
    over = threading.Event()

    def serve():
        listener.settimeout(10)
        client, _ = listener.accept()
        with client:
            client.settimeout(0.2)
            try:
                client.recv(65536)
                while pieces and not over.is_set():
                    for piece in pieces:
                        client.sendall(piece)
                        over.wait(pause_s)
                    if not endless:
                        break
            except OSError:
                pass
            if not pieces:
                over.wait(10)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            over.set()
            thread.join()


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    """Variables that hold keys, gone after the test."""
    monkeypatch.setattr(os, "environ", dict(os.environ))


def references(keys):
    """Where keys are held: a variable each."""
    os.environ.update((f"HOOK_KEY_{key.hex()}", key.decode()) for key in keys)
    return tuple(f"env:HOOK_KEY_{key.hex()}" for key in keys)


def made(url, keys=(NEW,), **more):
    return _hook("kent", HookSettings(url, references(keys), **more))


def hook(port, keys=(NEW,), **more):
    return made(f"http://127.0.0.1:{port}/in?x=1", keys, **more)


def deliver(port, keys=(NEW,), wait_s=0.3, total_s=0.8):
    channel = WebhookChannel({"kent": hook(port, keys)}, wait_s, total_s)
    asyncio.run(channel.deliver(MESSAGE, "kent", NOW_S))


def test_a_message_arrives_byte_for_byte_with_a_signature_that_any_hmac_confirms():
    with receiver() as (theirs, port):
        deliver(port)

    assert theirs.kept == {MESSAGE.id: MESSAGE.body}
    assert theirs.posts == ["/in?x=1"]
    expected = hmac.new(NEW, b"1768212151." + MESSAGE.body, hashlib.sha256).hexdigest()
    assert sign([NEW], "1768212151", MESSAGE.body) == expected


@pytest.mark.parametrize(
    ("sender", "theirs", "fits"),
    [
        ((OLD,), (OLD, NEW), True),
        ((OLD, NEW), (OLD,), True),
        ((OLD, NEW), (NEW,), True),
        ((NEW,), (OLD,), False),
        ((WRONG,), (OLD, NEW), False),
    ],
)
def test_keys_are_changed_without_a_message_lost(sender, theirs, fits):
    with receiver(keys=theirs) as (got, port):
        if fits:
            deliver(port, sender)
        else:
            with pytest.raises(DeliveryFailed, match="HTTP 401"):
                deliver(port, sender)

    assert bool(got.kept) is fits


@pytest.mark.parametrize("answer", [301, 307, 308, 400, 404, 500, 503])
def test_every_other_answer_is_a_failure_and_no_redirect_is_followed(answer):
    with receiver(answer=answer) as (theirs, port), pytest.raises(DeliveryFailed, match=f"HTTP {answer}"):
        deliver(port)

    assert theirs.posts == ["/in?x=1"]


def test_nobody_there_is_a_failure():
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]

    with pytest.raises(DeliveryFailed, match="ConnectionRefused"):
        deliver(port)


@pytest.mark.parametrize(
    ("pieces", "how", "words"),
    [
        ((), {}, "imed?"),
        ((b"\x00\xffgarbage\r\n\r\n",), {}, "BadStatusLine|Reset"),
        ((b"HTTP/1.1 200 " + b"x" * 100_000,), {"endless": True}, "LineTooLong|Reset"),
        ((b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n" * 500), {"endless": True}, "more than 100|LineTooLong|Reset"),
        ((b"HTTP/1.1 100 Continue\r\n\r\n",), {"endless": True, "pause_s": 0.01}, "no answer within"),
        ((b"H", b"T"), {"endless": True, "pause_s": 0.1}, "no answer within"),
    ],
)
def test_a_receiver_that_stalls_lies_or_never_ends_costs_a_bounded_wait(pieces, how, words):
    with rude(*pieces, **how) as port, pytest.raises(DeliveryFailed, match=words):
        deliver(port)


def test_a_body_without_end_is_not_read():
    with rude(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65536, endless=True) as port:
        deliver(port)


def test_a_handshake_that_never_ends_is_cut(tmp_path):
    with rude(b"\x16\x03\x03\x40\x00", *[b"\x02"] * 200, pause_s=0.05, endless=True) as port:
        channel = WebhookChannel({"kent": made(f"https://127.0.0.1:{port}/")}, 0.3, 0.8)
        with pytest.raises(DeliveryFailed):
            asyncio.run(channel.deliver(MESSAGE, "kent", NOW_S))


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A certificate for this machine, signed by itself."""
    folder = tmp_path_factory.mktemp("tls")
    names = ["-subj", "/CN=a machine", "-addext", "subjectAltName=IP:127.0.0.1"]
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *names]
    subprocess.run(
        [*made, "-keyout", folder / "key.pem", "-out", folder / "ca.pem"], check=True, capture_output=True
    )
    return folder


def test_https_is_spoken_with_whom_the_certificate_names_and_with_nobody_else(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "ca.pem", certificate / "key.pem")
    with receiver(tls=context) as (theirs, port):
        authority = str(certificate / "ca.pem")
        hooks = {
            "right": made(f"https://127.0.0.1:{port}/", ca_file=authority),
            "other name": made(f"https://localhost:{port}/", ca_file=authority),
            "unknown": made(f"https://127.0.0.1:{port}/"),
        }
        channel = WebhookChannel(hooks)
        asyncio.run(channel.deliver(MESSAGE, "right", NOW_S))
        for name in ("other name", "unknown"):
            with pytest.raises(DeliveryFailed, match="CERTIFICATE_VERIFY_FAILED"):
                asyncio.run(channel.deliver(MESSAGE, name, NOW_S))

    assert list(theirs.kept) == [MESSAGE.id]


def test_from_a_flag_to_the_receiver_s_file(tmp_path):
    with receiver() as (theirs, port):
        channel = WebhookChannel(
            {"kent": hook(port, forces=(KENT,)), "essex": hook(1, forces=("Essex Police",))}
        )
        desk, store = desk_in(tmp_path, channel)
        desk.take(history(NOW_S - 900, 3, State.WITHDRAWN), NOW_S)
        desk.take([flag(NOW_S - 5, lat_deg=60.0)], NOW_S)
        for _ in range(4):
            asyncio.run(deliver_due(store, {"webhook": channel}, NOW_S))

        assert [json.loads(body)["msgType"] for body in theirs.kept.values()] == ["Alert", "Update", "Cancel"]
        assert waiting(store) == {"pending": 0, "delivered": 3, "dead": 0}
        store.close()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"url": "http://example.org/"}, "https is needed"),
        ({"url": "http://127.0.0.1.example.org/"}, "https is needed"),
        ({"url": "ftp://127.0.0.1/"}, "https is needed"),
        ({"url": "https://user:secret@example.org/"}, "no user in it"),
        ({"url": "https:///path"}, "needs a host"),
        ({"url": "https://example.org:port/"}, "port"),
        ({"keys": ()}, "one or two keys"),
        ({"keys": ("env:SHORT",)}, "at least 16 bytes"),
        ({"keys": ("env:LONG",) * 3}, "one or two keys"),
        ({"keys": ("env:NOBODY_SET_IT",)}, "NOBODY_SET_IT is not set"),
        ({"keys": ("file:/no/such/file",)}, "/no/such/file: No such file"),
        ({"keys": ("k" * 20,)}, "file:PATH or env:NAME"),
        ({"keys": ("kkkk:" + "k" * 20,)}, "file:PATH or env:NAME"),
        ({"url": "https://example.org/", "ca_file": "/no/such/file"}, "No such file"),
    ],
)
def test_a_hook_that_is_set_up_wrong_is_named_and_its_keys_are_not_quoted(change, words):
    os.environ |= {"SHORT": "short", "LONG": "k" * 20}
    told = HookSettings(**{"url": "http://localhost/", "keys": ("env:LONG",), **change})

    with pytest.raises(ChannelSettingError, match=words) as error:
        WebhookChannel.build(WebhookSettings({"kent": told}), Wires())

    assert error.value.path == ("webhook", "hooks", "kent", list(change)[-1])
    assert "kkkk" not in str(error.value) + repr(hook(1))
    assert "short" not in str(error.value)


def test_a_key_in_a_file_is_its_content_without_the_line_end(tmp_path):
    (tmp_path / "key").write_bytes(NEW + b"\n")
    told = HookSettings("http://localhost/", (f"file:{tmp_path / 'key'}",))

    assert _hook("kent", told).keys == (NEW,)


@given(st.binary(max_size=50), st.integers(0, 10**11), st.sampled_from([OLD, NEW]))
def test_what_is_signed_verifies_and_nothing_else_does(body, time_s, key):
    stamp = str(time_s)
    signature = sign([key], stamp, body)

    assert verify_signature([OLD, NEW], stamp, body, signature, time_s)
    assert not verify_signature([WRONG], stamp, body, signature, time_s)
    assert not verify_signature([OLD, NEW], stamp, body + b"x", signature, time_s)
    assert not verify_signature([OLD, NEW], str(time_s + 1), body, signature, time_s)


@pytest.mark.parametrize(
    ("age_s", "fresh"), [(-301, False), (-WINDOW_S, True), (WINDOW_S, True), (301, False)]
)
def test_a_message_is_taken_for_five_minutes(age_s, fresh):
    signature = sign([NEW], "1000", b"")

    assert verify_signature([NEW], "1000", b"", signature, 1000 + age_s) is fresh


@pytest.mark.parametrize("stamp", ["", "-5", "1e3", "1_0", "٣", "9" * 5000, " 10"])
def test_a_time_that_is_no_time_is_refused(stamp):
    assert not verify_signature([NEW], stamp, b"", sign([NEW], stamp, b""), 10.0)


@pytest.mark.parametrize("signature", ["", ",", "é", "\udc80", "0" * 64, "," * 10_000])
def test_a_signature_that_is_none_is_refused(signature):
    assert not verify_signature([NEW], "10", b"", signature, 10.0)


def test_keys_of_a_receiver_are_held_to_the_same_length():
    with pytest.raises(ValueError, match="at least 16 bytes"):
        checked_keys([b"short"])
