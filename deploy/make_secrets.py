"""Makes what the broker and the service must keep secret: passwords, rights of desks, certificates.

    python3 make_secrets.py init HOST [HOST...]           all that docker-compose.yml needs; HOST as stations call it
    python3 make_secrets.py station ID                    a station's password
    python3 make_secrets.py desk NAME [--force FORCE...]  a desk's password, for all alerts or those of some forces
    python3 make_secrets.py revoke USER                   a station or a desk is let in no longer

Everything lies in `secrets/` beside this file (`--folder`), which nobody else
may enter. What is there is kept: `init` again adds what is missing, takes over
a changed `mosquitto/acl`, and renews a certificate of its own within 30 days
of its end. Nothing secret is printed or stands on a command line.

    broker/       mounted into the broker: passwords (hashed), acl, server.crt, server.key, mosquitto_sub
    server_*      the password of one role each, mounted into that role alone
    ca.crt        for stations and desks (`--ca`), where the certificate is of our own making
    ca.key        signs the next server.crt; better kept somewhere else
    stations/, desks/   passwords to hand over, and then to delete: the broker needs the hashes alone

Started by root, files belong to the users that the containers run as, or to
`--users BROKER:SERVICE` of this machine. Started by anybody else they are
readable, in a folder that nobody may enter.

Needs Python 3.9 and `openssl`. Source: Mosquitto 2.0, `$7$` in password files
is PBKDF2-HMAC-SHA512 with its iterations, salt and key in base64.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import os
import pwd
import re
import secrets
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from certificates import Refusal, certify

HERE = Path(__file__).resolve().parent
USERS = "1883:10001"
"""Of the official Mosquitto image, and of ours (Dockerfile)."""

ROLES = ("server_feeds", "server_fusion", "server_web")
HEALTH = "broker_health"
STATION = re.compile(r"[a-z0-9-]{3,32}")
FORCE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

ITERATIONS = 1000
"""A password here is 256 random bits, which no guessing reaches; more would only slow down connecting."""
SALT_BYTES, KEY_BYTES = 12, 64


class Owners(NamedTuple):
    """User ids that may read what is made for them."""

    broker: int
    service: int


class Folder:
    """The folder of secrets; each file is replaced whole, so that a broker never reads half of one."""

    def __init__(self, root: Path, users: str = USERS) -> None:
        self.root = root
        self.broker = root / "broker"
        self.owners = Owners(*map(_uid, users.split(":", 1)))
        self.broker.mkdir(parents=True, exist_ok=True)
        root.chmod(0o700)
        self._own(self.broker, self.owners.broker, 0o700)

    def write(self, path: Path, text: str, uid: int) -> None:
        """Replace a file, readable by one user."""
        path.parent.mkdir(mode=0o700, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        self._own(Path(name), uid, 0o600)
        Path(name).replace(path)

    def hand_over(self, path: Path) -> str:
        """A new password, in a file for whoever gives it away."""
        password = secrets.token_urlsafe(32)
        self.write(path, password + "\n", os.geteuid())
        return password

    @staticmethod
    def _own(path: Path, uid: int, mode: int) -> None:
        if os.geteuid() == 0:
            os.chown(path, uid, uid)
        if os.geteuid() in (0, uid):
            path.chmod(mode)
        else:  # not ours to give away: the folder above keeps everybody else out
            path.chmod(0o755 if path.is_dir() else 0o644)


class Users:
    """The broker's file of users, and of rights."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._passwords, self._acl = folder.broker / "passwords", folder.broker / "acl"
        lines = self._passwords.read_text("utf-8").splitlines() if self._passwords.exists() else []
        self.hashes = dict(line.split(":", 1) for line in lines)
        text = self._acl.read_text("utf-8") if self._acl.exists() else ""
        self.desks = dict(re.findall(r"^user (desk_\S+)\n((?:topic .*\n)+)", text, re.MULTILINE))

    def save(self) -> None:
        """Both files, from what is known."""
        users = "".join(f"{user}:{found}\n" for user, found in sorted(self.hashes.items()))
        blocks = [f"\nuser {user}\n{rights}" for user, rights in sorted(self.desks.items())]
        rights = (HERE / "mosquitto" / "acl").read_text("utf-8") + "".join(blocks)
        self._folder.write(self._acl, rights, self._folder.owners.broker)
        self._folder.write(self._passwords, users, self._folder.owners.broker)


def _uid(user: str) -> int:
    try:
        return int(user) if user.isdecimal() else pwd.getpwnam(user).pw_uid
    except KeyError:
        raise Refusal(f"there is no user {user!r} on this machine") from None


def hashed(password: str) -> str:
    """A password as Mosquitto's file of users keeps it."""
    salt = secrets.token_bytes(SALT_BYTES)
    key = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, ITERATIONS, KEY_BYTES)
    return f"$7${ITERATIONS}${base64.b64encode(salt).decode()}${base64.b64encode(key).decode()}"


def init(folder: Folder, users: Users, hosts: list[str]) -> None:
    """What is missing for a start."""
    for role in ROLES:
        if role not in users.hashes or not (folder.root / role).exists():
            password = secrets.token_urlsafe(32)
            folder.write(folder.root / role, password + "\n", folder.owners.service)
            users.hashes[role] = hashed(password)
    options = folder.broker / "mosquitto_sub"
    if HEALTH not in users.hashes or not options.exists():
        password = secrets.token_urlsafe(32)
        folder.write(options, f"-u {HEALTH}\n-P {password}\n", folder.owners.broker)
        users.hashes[HEALTH] = hashed(password)
    users.save()
    certify(folder.root, hosts, lambda path, text: folder.write(path, text, folder.owners.broker))
    print(f"all that the service needs is in {folder.root}")


def station(folder: Folder, users: Users, name: str) -> None:
    """Let a station in; it gets a new password if it was in already."""
    if not STATION.fullmatch(name):
        raise Refusal(f"{name!r} is no station's id: 3 to 32 of a-z, 0-9 and -")
    users.hashes[name] = hashed(folder.hand_over(folder.root / "stations" / name))
    users.save()
    print(f"station {name}: its password is in {folder.root / 'stations' / name}; tell the broker by SIGHUP")


def desk(folder: Folder, users: Users, name: str, forces: list[str]) -> None:
    """Let a desk in, with its rights."""
    if not STATION.fullmatch(name):
        raise Refusal(f"{name!r} is no desk's name: 3 to 32 of a-z, 0-9 and -")
    if wrong := [force for force in forces if not FORCE.fullmatch(force)]:
        raise Refusal(f"{wrong[0]!r} is no force's topic; one is hampshire-constabulary")
    topics = [f"alerts/{force}/#" for force in forces] or ["alerts/#", "flags/#"]
    user = f"desk_{name}"
    users.hashes[user] = hashed(folder.hand_over(folder.root / "desks" / name))
    users.desks[user] = "".join(f"topic read headland/v1/{topic}\n" for topic in topics)
    users.save()
    print(f"user {user}: its password is in {folder.root / 'desks' / name}; tell the broker by SIGHUP")


def revoke(folder: Folder, users: Users, user: str) -> None:
    """Let a station or a desk in no longer."""
    if user in (*ROLES, HEALTH) or user not in users.hashes:
        raise Refusal(f"{user!r} is no station and no desk that is let in (desks are desk_NAME)")
    del users.hashes[user]
    users.desks.pop(user, None)
    for handed in (folder.root / "stations" / user, folder.root / "desks" / user[len("desk_") :]):
        if handed.is_file() and (handed.parent.name == "desks") == user.startswith("desk_"):
            handed.unlink()
    users.save()
    print(f"{user} is let in no longer; tell the broker by SIGHUP, which also ends its connection")


def main(words: list[str]) -> int:
    """The exit code: 0 made, 2 refused."""
    parser = argparse.ArgumentParser(description="Makes what the broker and the service must keep secret.")
    parser.add_argument(
        "--folder", type=Path, default=HERE / "secrets", help="else secrets/ beside this file"
    )
    parser.add_argument(
        "--users", default=USERS, metavar="BROKER:SERVICE", help="whose the files are, started by root"
    )
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("init", help="all that a start needs").add_argument("hosts", nargs="+", metavar="HOST")
    verbs.add_parser("station", help="let a station in").add_argument("name", metavar="ID")
    desks = verbs.add_parser("desk", help="let a desk in")
    desks.add_argument("name", metavar="NAME")
    desks.add_argument("--force", action="append", default=[], metavar="FORCE", dest="forces")
    verbs.add_parser("revoke", help="let in no longer").add_argument("user", metavar="USER")
    told = vars(parser.parse_args(words))
    verb = {"init": init, "station": station, "desk": desk, "revoke": revoke}[told.pop("verb")]
    try:
        folder = Folder(told.pop("folder"), told.pop("users"))
        verb(folder, Users(folder), **told)
    except Refusal as refusal:
        print(f"make_secrets: {refusal}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
