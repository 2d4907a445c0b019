"""Alerts as signed HTTPS POSTs, for a force's own systems.

In: the settings, a table of hooks:

    [channels.webhook.hooks.kent]
    url = "https://example.org/headland"
    keys = ["file:/run/secrets/kent"]  # or "env:KENT_KEY": where one or two keys of 16 characters or more are held
    forces = ["Kent Police"]           # empty or absent: every alert
    ca_file = "ca.pem"                 # where it is not one of the system's authorities

Out: a POST whose body is the message, canonical JSON, with the headers
`X-Headland-Timestamp`, `X-Headland-Signature` (`alerts.signatures`) and
`Idempotency-Key` (the message's id). Any 2xx means that the receiver has it.

Nothing of the answer but its status is read, redirects are not followed, and
the whole exchange has `TOTAL_S`: a receiver that is broken, or worse, holds
up nothing but itself. Plain http is for this machine only.
"""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import ipaddress
import socket
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar
from urllib.parse import SplitResult, urlsplit

from alerts.channel import Channel, ChannelSettingError, DeliveryFailed, Message, Wires
from alerts.secrets_held import held
from alerts.signatures import checked_keys, sign

WAIT_S = 5.0
"""For one step of the exchange: to connect, to send, to be answered."""
TOTAL_S = 10.0
"""For the whole of it: a receiver that trickles is never silent for `WAIT_S`."""


@dataclass(frozen=True, slots=True)
class HookSettings:
    """One receiver."""

    url: str = field(metadata={"why": "https, but to this machine itself"})
    keys: tuple[str, ...] = field(
        metadata={"why": "one or two, each `file:PATH` or `env:NAME`: where the key is held", "secret": True}
    )
    forces: tuple[str, ...] = field(
        default=(), metadata={"why": "whose alerts it is told of; none named: all"}
    )
    ca_file: str = field(
        default="", metadata={"why": "certificates to trust where the system's are not those"}
    )


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """Alerts as signed HTTPS POSTs; a table for each receiver."""

    hooks: Mapping[str, HookSettings] = field(
        default_factory=dict, metadata={"why": "each receiver is a table, `[channels.webhook.hooks.NAME]`"}
    )


@dataclass(frozen=True)
class Hook:
    """One receiver."""

    url: SplitResult
    keys: tuple[bytes, ...] = field(repr=False)
    forces: frozenset[str] = frozenset()
    tls: ssl.SSLContext | None = None


class WebhookChannel:
    """Signed POSTs to named receivers."""

    name: ClassVar[str] = "webhook"
    settings: ClassVar[type[WebhookSettings]] = WebhookSettings

    def __init__(self, hooks: Mapping[str, Hook], wait_s: float = WAIT_S, total_s: float = TOTAL_S) -> None:
        self._hooks = dict(hooks)
        self._wait_s = wait_s
        self._total_s = total_s

    @classmethod
    def build(cls, settings: WebhookSettings, wires: Wires) -> Channel | None:  # noqa: ARG003  the protocol's
        """From the table above; None where it names no receiver.

        Raises:
            ChannelSettingError: what is wrong, and of which hook; keys are never quoted.
        """
        hooks = {name: _hook(name, one) for name, one in settings.hooks.items()}
        return cls(hooks) if hooks else None

    def recipients(self, forces: Sequence[str]) -> Sequence[str]:
        """The hooks that want alerts of one of these forces."""
        return [name for name, hook in self._hooks.items() if not hook.forces or hook.forces & set(forces)]

    async def deliver(self, message: Message, recipient: str, now_s: float) -> None:
        """Post, and take any 2xx for a receipt.

        Raises:
            DeliveryFailed: no connection, no answer in time, no HTTP, or another status.
        """
        hook = self._hooks.get(recipient)
        if hook is None:
            raise DeliveryFailed(f"no hook {recipient} is set up")
        line = _Line(hook, self._wait_s)
        posted = asyncio.create_task(asyncio.to_thread(line.post, message, now_s))
        try:
            done, _ = await asyncio.wait([posted], timeout=self._total_s)
        finally:
            # The thread may stand in a read that never ends; without its socket it does.
            line.cut()
        if not done:
            posted.add_done_callback(lambda task: task.exception())
            raise DeliveryFailed(f"no answer within {self._total_s:g} s")
        status = posted.result()
        if not 200 <= status < 300:
            raise DeliveryFailed(f"answered with HTTP {status}")


class _Line:
    """One exchange with one receiver, in a thread of its own; `cut` ends it from outside."""

    def __init__(self, hook: Hook, wait_s: float) -> None:
        self._hook = hook
        self._wait_s = wait_s
        self._held: socket.socket | None = None
        self._over = False

    def post(self, message: Message, now_s: float) -> int:
        """The status of the answer. Raises: DeliveryFailed."""
        timestamp, url = str(int(now_s)), self._hook.url
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": message.id,
            "X-Headland-Timestamp": timestamp,
            "X-Headland-Signature": sign(self._hook.keys, timestamp, message.body),
            "Connection": "close",
        }
        target = f"{url.path or '/'}{'?' + url.query if url.query else ''}"
        try:
            with contextlib.closing(self._opened()) as connection:
                connection.request("POST", target, message.body, headers)
                with connection.getresponse() as answer:
                    return answer.status
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise DeliveryFailed(f"{type(error).__name__}: {error}") from error

    def cut(self) -> None:
        """Hang up, whatever the thread is doing on the line."""
        self._over = True
        if self._held is not None:
            with contextlib.suppress(OSError):
                self._held.shutdown(socket.SHUT_RDWR)
            self._held.close()

    def _opened(self) -> http.client.HTTPConnection:
        """Connected by hand: a second handle on the socket works also while TLS shakes hands."""
        url, tls = self._hook.url, self._hook.tls
        host = url.hostname or ""
        port = url.port or (http.client.HTTP_PORT if tls is None else http.client.HTTPS_PORT)
        raw = socket.create_connection((host, port), self._wait_s)
        self._held = raw.dup()
        if self._over:
            # Looking up the name took so long that nobody waits any more.
            self.cut()
            raw.close()
            raise TimeoutError("connected too late")
        if tls is None:
            connection = http.client.HTTPConnection(host, port)
            connection.sock = raw
            return connection
        connection = http.client.HTTPSConnection(host, port, context=tls)
        try:
            connection.sock = tls.wrap_socket(raw, server_hostname=host)
        except OSError:
            raw.close()
            raise
        return connection


def _hook(name: str, settings: HookSettings) -> Hook:
    def refused(key: str, reason: str) -> ChannelSettingError:
        return ChannelSettingError([WebhookChannel.name, "hooks", name, key], reason)

    try:
        url = urlsplit(settings.url)
        port_is_a_number = url.port is None or url.port > 0
    except ValueError as error:
        raise refused("url", str(error)) from error
    if not url.hostname or not port_is_a_number or url.username is not None:
        raise refused("url", "it needs a host, and no user in it")
    if url.scheme != "https" and not (url.scheme == "http" and _is_loopback(url.hostname)):
        raise refused("url", "https is needed, but to this machine itself")
    try:
        keys = checked_keys([held(key) for key in settings.keys])
    except ValueError as error:
        raise refused("keys", str(error)) from error
    try:
        tls = ssl.create_default_context(cafile=settings.ca_file or None) if url.scheme == "https" else None
    except OSError as error:
        raise refused("ca_file", f"{settings.ca_file}: {error.strerror or error}") from error
    return Hook(url, keys, frozenset(settings.forces), tls)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


CHANNEL = WebhookChannel
