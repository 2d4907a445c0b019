"""A certificate for the broker, signed by an authority of our own, for who has none from elsewhere.

In: the names and addresses that stations call, and the folder of secrets. Out:
`broker/server.crt`, `broker/server.key`, and `ca.crt`, which stations and
desks trust by `--ca`. Needs `openssl`, 1.1.1 or newer.

Source: RFC 5280 for the extensions; 397 days are what browsers bear with.
"""

from __future__ import annotations

import ipaddress
import re
import secrets
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

RENEW_S = 30 * 86400
CA_DAYS, SERVER_DAYS = "3650", "397"
NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")

CA_CONF = """[req]
distinguished_name = name
x509_extensions = ca
prompt = no
[name]
CN = Headland authority
[ca]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
"""
SERVER_CONF = """[req]
distinguished_name = name
prompt = no
[name]
CN = Headland broker
[server]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = {names}
"""


class Refusal(Exception):  # noqa: N818  it ends the script with a sentence
    """Why nothing was made."""


def certify(root: Path, hosts: list[str], give: Callable[[Path, str], None]) -> None:
    """See to it that the broker has a certificate; one that comes from elsewhere is left alone.

    Args:
        root: the folder of secrets.
        hosts: names and addresses.
        give: writes a file for the broker.

    Raises:
        Refusal: no openssl, or no such host.
    """
    authority, certificate = root / "ca.crt", root / "broker" / "server.crt"
    names = ", ".join(f"{_kind(host)}:{host}" for host in hosts)
    if certificate.exists():
        if not authority.exists() or not _says("verify", "-CAfile", authority, "-no_check_time", certificate):
            print(f"{certificate} was not made here: it is left as it is, and yours to renew")
            return
        if all(_says("x509", "-in", certificate, "-noout", *check) for check in _checks(hosts)):
            return
    with tempfile.TemporaryDirectory(dir=root) as work:
        if not (root / "ca.key").exists():
            _found(root, Path(work))
        _sign(root, Path(work), names)
        give(root / "broker" / "server.key", (Path(work) / "server.key").read_text("utf-8"))
        give(certificate, (Path(work) / "server.crt").read_text("utf-8"))
    print(f"a certificate for {names}; stations and desks trust it by {authority}")


def _found(root: Path, work: Path) -> None:
    """Make the authority."""
    conf, key, certificate = work / "ca.conf", work / "ca.key", work / "ca.crt"
    conf.write_text(CA_CONF, "utf-8")
    _openssl("req", "-x509", "-config", conf, *NEW_KEY, "-keyout", key, "-out", certificate, "-days", CA_DAYS)
    certificate.replace(root / "ca.crt")
    # Last: whoever finds the key finds the certificate too.
    key.replace(root / "ca.key")


def _sign(root: Path, work: Path, names: str) -> None:
    """Make the broker's key, and a certificate for it."""
    conf, key, request = work / "server.conf", work / "server.key", work / "server.csr"
    conf.write_text(SERVER_CONF.format(names=names), "utf-8")
    _openssl("req", "-new", "-config", conf, *NEW_KEY, "-keyout", key, "-out", request)
    signer = ["-CA", root / "ca.crt", "-CAkey", root / "ca.key", "-set_serial", str(secrets.randbits(63))]
    terms = ["-days", SERVER_DAYS, "-extfile", conf, "-extensions", "server"]
    _openssl("x509", "-req", "-in", request, *signer, *terms, "-out", work / "server.crt")


def _checks(hosts: list[str]) -> list[list[str]]:
    """What a certificate must hold to, in words of openssl."""
    names = [["-checkip" if _kind(host) == "IP" else "-checkhost", host] for host in hosts]
    return [*names, ["-checkend", str(RENEW_S)]]


def _kind(host: str) -> str:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?", host):
            raise Refusal(f"{host!r} is no host's name or address") from None
        return "DNS"
    return "IP"


def _openssl(*words: str | Path) -> str:
    """What it prints.

    Raises:
        Refusal: it is not there, or refuses.
    """
    try:
        ended = subprocess.run(  # noqa: S603  words of ours, and hosts that were checked
            ["openssl", *map(str, words)],  # noqa: S607  wherever the system has it
            capture_output=True,
            text=True,
            check=False,
            umask=0o077,
        )
    except FileNotFoundError:
        raise Refusal("needs openssl, which is not on PATH") from None
    if ended.returncode:
        raise Refusal(f"openssl {words[0]}: {ended.stderr.strip()}")
    return ended.stdout + ended.stderr


def _says(*words: str | Path) -> bool:
    """Whether openssl agrees; for a host it ends with 0 either way, and says so in words."""
    try:
        return "does NOT match" not in _openssl(*words)
    except Refusal:
        return False
