"""docker-compose.yml and Dockerfile, as far as they can be held to account without a container engine."""

import re
import shlex
import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest
import typer
from conftest import ROOT
from ruamel.yaml import YAML

from headland.cli import app

COMPOSE = YAML(typ="safe", pure=True).load(ROOT / "docker-compose.yml")
SERVICES = COMPOSE["services"]
OURS = [name for name, service in SERVICES.items() if "build" in service]
RUNNING = [name for name, service in SERVICES.items() if "profiles" not in service]
DOCKERFILE = (ROOT / "Dockerfile").read_text()


def words_of(line):
    """The words of a command with the file's own defaults in them, as Compose would make them."""
    return [re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", word).replace("$$", "$") for word in line]


def test_it_holds_to_the_compose_specification():
    checked = subprocess.run(
        [
            Path(sys.executable).with_name("check-jsonschema"),
            *("--builtin-schema", "vendor.compose-spec", ROOT / "docker-compose.yml"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )

    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("name", SERVICES)
def test_nothing_runs_as_root_with_a_capability_or_writes_where_it_should_not(name):
    service = SERVICES[name]

    assert re.fullmatch(r"[1-9][0-9]+:[1-9][0-9]+", service["user"])
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert "privileged" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["read_only"] is True
    assert service["init"] is True
    assert service["logging"]["options"]["max-size"]


@pytest.mark.parametrize("name", RUNNING)
def test_what_runs_is_bounded_watched_and_started_again(name):
    service = SERVICES[name]

    assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory", "pids"}
    assert service["restart"] == "unless-stopped"
    assert service["healthcheck"]["test"][0] == "CMD"


def test_only_stations_and_desks_reach_in_from_outside():
    published = {name: service.get("ports", []) for name, service in SERVICES.items()}
    open_to_all = [
        port for ports in published.values() for port in ports if not port.startswith("127.0.0.1:")
    ]

    assert [port.rpartition(":")[2] for port in open_to_all] == ["8883", "8884"]
    assert {name for name, ports in published.items() if ports} == {"broker"}
    assert [name for name, service in SERVICES.items() if service.get("network_mode") == "host"] == ["web"]
    assert COMPOSE["networks"]["inner"]["internal"] is True
    assert SERVICES["feeds"]["networks"] == SERVICES["fusion"]["networks"] == ["inner"]


def test_images_are_pinned_and_ours_is_this_version():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]

    assert {SERVICES[name]["image"] for name in OURS} == {f"headland:{version}"}
    bases = [*re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE), SERVICES["broker"]["image"]]
    assert len(set(bases)) == 2
    assert all(re.search(r":[0-9]+\.[0-9]+\.[0-9]+", base) for base in bases)


def test_no_secret_stands_in_the_repository_and_each_role_is_given_its_own():
    places = [Path(secret["file"]) for secret in COMPOSE["secrets"].values()]

    assert {place.parent for place in places} == {Path("deploy/secrets")}
    assert not subprocess.check_output(["git", "ls-files", "deploy/secrets", "deploy/backup"], cwd=ROOT)
    ignored = subprocess.check_output(["git", "check-ignore", *places], cwd=ROOT, text=True).split()
    assert ignored == [str(place) for place in places]
    assert {name: SERVICES[name]["secrets"] for name in ("feeds", "fusion", "web")} == {
        name: [f"server_{name}"] for name in ("feeds", "fusion", "web")
    }


@pytest.mark.parametrize("name", [name for name in RUNNING if name in OURS])
@pytest.mark.parametrize("of", ["command", "healthcheck"])
def test_every_command_is_one_that_headland_understands(name, of):
    service = SERVICES[name]
    words = words_of(service["command"] if of == "command" else service["healthcheck"]["test"][1:])
    if of == "healthcheck":
        assert words.pop(0) == "headland"

    context = typer.main.get_command(app).commands[words[0]].make_context(words[0], words[1:])

    assert context.params["role"] == name
    for folder in {"journal", "state"} & set(context.params):
        if str(context.params[folder]).startswith("/"):
            assert f"{folder}:{context.params[folder]}" in [
                str(v).removesuffix(":ro") for v in service["volumes"]
            ]
    if of == "command":
        assert context.params["password_file"] == Path(f"/run/secrets/server_{name}")


def test_the_broker_user_of_each_role_has_rights():
    rights = (ROOT / "deploy" / "mosquitto" / "acl").read_text()

    for name in ("feeds", "fusion", "web"):
        url = SERVICES[name]["command"][4]
        assert f"user {re.search(r'//(.*)@', url)[1]}\n" in rights


def test_all_that_the_image_copies_is_there_and_goes_to_the_builder():
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    kept = [line[1:] for line in ignored if line.startswith("!")]
    copied = [shlex.split(line)[1:-1] for line in DOCKERFILE.splitlines() if line.startswith("COPY ")]
    sources = [word for words in copied if not words[0].startswith("--from") for word in words]

    assert sorted(sources) == sorted(kept)
    assert all((ROOT / source).exists() for source in sources)
    assert not [
        name for name in ("deploy/secrets", "tests", ".git", ".venv") if any(fnmatch(name, k) for k in kept)
    ]


def test_every_room_is_in_the_image():
    rooms = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"][
        "wheel"
    ]["packages"]

    assert all(f"COPY {room} {room}\n" in DOCKERFILE for room in rooms)
