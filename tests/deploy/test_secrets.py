"""`make_secrets.py`: nothing secret is shown or left open, and nothing that is there is lost."""

import os
import re
import ssl
import stat
import subprocess

import pytest
from deploy_broker import make_secrets

INIT = ("init", "broker.example.org", "192.0.2.7")


@pytest.fixture
def folder(tmp_path):
    """Made for the first time, with a station and a desk."""
    for words in (INIT, ("station", "south-cliff"), ("desk", "winchester")):
        made = make_secrets(tmp_path / "secrets", *words)
        assert made.returncode == 0, made.stderr
    return tmp_path / "secrets"


def files(folder):
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_all_is_made_and_nobody_else_may_enter(folder):
    assert set(files(folder)) == {
        *(
            "server_feeds",
            "server_fusion",
            "server_web",
            "ca.crt",
            "ca.key",
            "stations/south-cliff",
            "desks/winchester",
        ),
        *(f"broker/{name}" for name in ("passwords", "acl", "server.crt", "server.key", "mosquitto_sub")),
    }
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    if os.geteuid() == 0:
        owners = {path.name: path.stat().st_uid for path in folder.rglob("*")}
        assert {owners[name] for name in ("broker", "passwords", "server.key", "acl", "mosquitto_sub")} == {
            1883
        }
        assert {owners[name] for name in ("server_feeds", "server_fusion", "server_web")} == {10001}
        assert not [path for path in folder.rglob("*") if stat.S_IMODE(path.stat().st_mode) & 0o077]


def test_no_password_is_printed_nor_given_to_the_broker_in_the_clear(tmp_path):
    folder = tmp_path / "secrets"
    printed = ""
    for words in (INIT, INIT, ("station", "south-cliff"), ("desk", "winchester"), ("revoke", "south-cliff")):
        made = make_secrets(folder, *words)
        printed += made.stdout + made.stderr

    passwords = [files(folder)[name].strip() for name in ("server_feeds", "server_web", "desks/winchester")]
    assert all(len(password) >= 43 for password in passwords)  # 256 bits in base64
    assert len(set(passwords)) == len(passwords)
    assert not [
        password
        for password in passwords
        if password in printed or password in files(folder)["broker/passwords"]
    ]


def test_a_second_time_changes_nothing(folder):
    before = files(folder)

    assert make_secrets(folder, *INIT).returncode == 0

    assert files(folder) == before


def test_what_is_missing_is_made_again_and_the_rest_stays(folder):
    before = files(folder)
    (folder / "server_web").unlink()

    make_secrets(folder, *INIT)

    changed = {name for name, text in files(folder).items() if text != before[name]}
    assert changed == {"server_web", "broker/passwords"}


def test_a_password_that_was_handed_over_may_be_deleted(folder):
    known = set(files(folder)["broker/passwords"].splitlines())
    (folder / "stations" / "south-cliff").unlink()

    make_secrets(folder, "station", "north-cliff")

    assert known < set(files(folder)["broker/passwords"].splitlines())


def test_rights_follow_the_shipped_file_and_desks_keep_theirs(folder):
    make_secrets(folder, "desk", "ryde", "--force", "hampshire-constabulary", "--force", "dorset-police")
    rights = folder / "broker" / "acl"
    rights.write_text(rights.read_text().replace("server_feeds", "server_of_old"))

    make_secrets(folder, *INIT)

    assert "server_of_old" not in rights.read_text()
    assert rights.read_text().endswith(
        "\nuser desk_ryde\ntopic read headland/v1/alerts/hampshire-constabulary/#\ntopic read headland/v1/alerts/dorset-police/#\n"
        "\nuser desk_winchester\ntopic read headland/v1/alerts/#\ntopic read headland/v1/flags/#\n"
    )


def test_revoking_leaves_no_trace_of_a_desk(folder):
    assert make_secrets(folder, "revoke", "desk_winchester").returncode == 0

    assert not [name for name, text in files(folder).items() if "winchester" in name + text]


@pytest.mark.parametrize(
    "words",
    [
        ("station", "South-Cliff"),
        ("station", "desk_x"),
        ("station", "server_feeds"),
        ("station", "a:b"),
        ("station", "../outside"),
        ("station", "cliff\n"),
        ("desk", "a/b"),
        ("desk", "ryde", "--force", "#"),
        ("desk", "ryde", "--force", "a\ntopic readwrite #"),
        ("revoke", "server_feeds"),
        ("revoke", "nobody"),
        ("init", "broker.example.org,DNS:evil.example"),
        ("init", "-x"),
        ("sail",),
    ],
)
def test_what_cannot_be_meant_is_refused_and_changes_nothing(folder, words):
    before = files(folder)

    refused = make_secrets(folder, *words)

    assert refused.returncode == 2
    assert refused.stderr
    assert files(folder) == before


def test_the_certificate_is_what_a_strict_client_asks_for(folder):
    strict = ssl.create_default_context(cafile=folder / "ca.crt")
    strict.verify_flags |= ssl.VERIFY_X509_STRICT
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "broker" / "server.crt", folder / "broker" / "server.key")

    for host in ("broker.example.org", "192.0.2.7"):
        shake_hands(strict, server, host)
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(strict, server, "other.example.org")


def shake_hands(client, server, host):
    """TLS between two contexts, without a network."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    sides = [
        client.wrap_bio(to_client, to_server, server_hostname=host),
        server.wrap_bio(to_server, to_client, server_side=True),
    ]
    while sides:
        for side in list(sides):
            try:
                side.do_handshake()
                sides.remove(side)
            except ssl.SSLWantReadError:
                pass


def test_another_name_makes_another_certificate_by_the_same_authority(folder):
    before = files(folder)

    make_secrets(folder, "init", "new.example.org")

    changed = {name for name, text in files(folder).items() if text != before[name]}
    assert changed == {"broker/server.crt", "broker/server.key"}


def test_a_certificate_from_elsewhere_is_left_alone(folder, tmp_path):
    words = [
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-subj",
        "/CN=x",
        "-days",
        "1",
    ]
    key, certificate = folder / "broker" / "server.key", folder / "broker" / "server.crt"
    subprocess.run(
        ["openssl", "req", "-x509", *words, "-keyout", key, "-out", certificate],
        check=True,
        capture_output=True,
    )
    before = files(folder)

    made = make_secrets(folder, *INIT)

    assert files(folder) == before
    assert re.search(r"server\.crt was not made here", made.stdout)
