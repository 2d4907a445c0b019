"""What pyais encodes comes back the same, to within the steps of the standard, for every type there is."""

import json
from typing import Any

import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nmea_lines import T0, counts, decoded, encoded, frames
from pyais.constants import COUNTRY_MAPPING
from pyais.messages import MSG_CLASS

from feeds.ais.decoder import AisDecoder
from feeds.ais.positions import KNOT_MPS, SOURCES
from feeds.ais.telling import NOT_AVAILABLE
from feeds.rejects import Rejects
from feeds.reports import Domain, entities

SIX_BIT = "ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_ !\"#$%&'()*+,-./0123456789:;<=>?"

mid = st.sampled_from(sorted(COUNTRY_MAPPING))
ship = st.builds(lambda m, n: m * 1_000_000 + n, mid, st.integers(0, 999_999))
latitude = st.floats(-90, 90)
longitude = st.floats(-180, 180)


def text(characters: int) -> st.SearchStrategy[str]:
    return st.text(SIX_BIT, max_size=characters).map(str.strip)


positions = st.fixed_dictionaries(
    {
        "type": st.sampled_from(sorted(SOURCES)),
        "mmsi": ship,
        "lat": latitude,
        "lon": longitude,
        "knots": st.integers(0, 62),
        "tenth": st.integers(0, 9),
        "degrees": st.integers(0, 359),
        "heading": st.integers(0, 359),
        "status": st.integers(0, 15),
        "accuracy": st.booleans(),
        "alt": st.integers(0, 4094),
    }
)


@given(positions)
def test_a_position_comes_back_within_its_step(said: dict[str, Any]) -> None:
    kind = said["type"]
    whole = kind in {9, 27}
    speed_kn = said["knots"] if whole else said["knots"] + said["tenth"] / 10
    course = said["degrees"] if kind == 27 else min(said["degrees"] + said["tenth"] / 10, 359.9)
    fields = {k: v for k, v in said.items() if k not in {"knots", "tenth", "degrees"}}

    reports = decoded([frames(encoded({**fields, "speed": speed_kn, "course": course}, seq_id=1))])[0].reports

    step_deg = 1 / 600 if kind == 27 else 1 / 600_000
    assert reports.entity.tolist() == entities(Domain.AIS, [said["mmsi"]]).tolist()
    assert reports.lat_deg[0] == pytest.approx(said["lat"], abs=step_deg / 2 + 1e-6)
    assert reports.lon_deg[0] == pytest.approx(said["lon"], abs=step_deg / 2 + 1e-6)
    if kind in {1, 2, 3, 9, 18, 19, 27}:
        # pyais cuts where it should round when it encodes, so a whole step.
        assert reports.sog_mps[0] == pytest.approx(speed_kn * KNOT_MPS, abs=0.1001 * KNOT_MPS)
        assert reports.cog_deg[0] == pytest.approx(course, abs=0.1001)
    if kind in {1, 2, 3, 18, 19}:
        assert reports.heading_deg[0] == said["heading"]
    if kind in {1, 2, 3, 27}:
        assert reports.status[0] == said["status"]
    if kind == 9:
        assert reports.alt_m[0] == said["alt"]
    if kind != 28:
        assert reports.integrity[0] == said["accuracy"]


voyages = st.fixed_dictionaries(
    {
        "type": st.just(5),
        "mmsi": ship,
        "imo": st.integers(1, 9_999_999),
        "callsign": text(7),
        "shipname": text(20),
        "destination": text(20),
        "ship_type": st.sampled_from([20, 30, 36, 52, 60, 79, 99]),
        "to_bow": st.integers(1, 511),
        "to_stern": st.integers(0, 511),
        "to_port": st.integers(0, 63),
        "to_starboard": st.integers(0, 63),
        "draught": st.integers(1, 255).map(lambda tenths: tenths / 10),
    }
)


@given(voyages)
def test_a_voyage_comes_back_as_it_was_said(said: dict[str, Any]) -> None:
    identities = decoded([frames(encoded(said, seq_id=1))])[0].identities

    assert identities.name[0] == said["shipname"]
    assert identities.callsign[0] == said["callsign"]
    assert identities.destination[0] == said["destination"]
    assert identities.imo[0] == said["imo"]
    assert identities.ship_type[0] == said["ship_type"]
    assert identities.draught_m[0] == pytest.approx(said["draught"], abs=0.1001)
    sides = (identities.bow_m, identities.stern_m, identities.port_m, identities.starboard_m)
    assert [side[0] for side in sides] == [said[f"to_{n}"] for n in ("bow", "stern", "port", "starboard")]


@given(ship, text(20), text(7), st.integers(1, 99))
def test_both_parts_of_type_24_come_back(mmsi: int, name: str, callsign: str, ship_type: int) -> None:
    lines = encoded({"type": 24, "partno": 0, "mmsi": mmsi, "shipname": name})
    lines += encoded({"type": 24, "partno": 1, "mmsi": mmsi, "callsign": callsign, "ship_type": ship_type})

    identities = decoded([frames(lines)])[0].identities

    assert identities.name.tolist() == [name, ""]
    assert identities.callsign.tolist() == ["", callsign]
    assert identities.ship_type.tolist() == [-1, ship_type]


def test_nothing_said_leaves_nothing_in_an_identity() -> None:
    identities = decoded([frames(encoded({"type": 5, "mmsi": 235000001}, seq_id=1))])[0].identities

    assert (identities.name[0], identities.callsign[0], identities.destination[0]) == ("", "", "")
    assert (identities.imo[0], identities.ship_type[0]) == (-1, -1)
    assert np.isnan([identities.draught_m[0], identities.bow_m[0], identities.starboard_m[0]]).all()


def told(fields: dict[str, Any]) -> dict[str, Any]:
    (message,) = AisDecoder(Rejects(), name={3: "cliff"}.__getitem__).messages(
        frames(encoded(fields, seq_id=1), stations=3)
    )
    return message


@pytest.mark.parametrize("kind", sorted(set(MSG_CLASS) - {0}))
def test_every_type_can_be_told_as_json(kind: int) -> None:
    fields = {"type": kind, "mmsi": 2320001, "dest_mmsi": 235000001, "text": "SECURITE", "data": b"\x01\x02"}
    fields |= {"mmsi1": 235000001, "type1_1": 5, "dac": 235, "fid": 10}

    message = told(fields)

    assert json.loads(orjson.dumps(message)) == message
    assert (message["time"], message["station"], message["msg_type"], message["mmsi"]) == (
        T0,
        "cliff",
        kind,
        2320001,
    )


@pytest.mark.parametrize("kind", sorted(NOT_AVAILABLE))
def test_what_is_not_available_is_told_as_null(kind: int) -> None:
    absent = NOT_AVAILABLE[kind]
    if kind in {17, 22, 23}:
        absent = {name: value * 60 for name, value in absent.items()}
    part = {"partno": 1} if kind == 24 else {}
    if kind in {6, 8}:
        part = {"dac": 1, "fid": {6: 18, 8: 11}[kind]}

    message = told({"type": kind, "mmsi": 235000001, **absent, **part})

    assert [message[name] for name in absent] == [None] * len(absent)


def test_the_positions_of_corrections_are_degrees_with_their_sign() -> None:
    message = told({"type": 17, "mmsi": 2320001, "lat": 49.5 * 60, "lon": (1 << 18) / 10 - 5.25 * 60})

    assert (message["lat"], message["lon"]) == (49.5, -5.25)


def test_the_box_of_a_group_assignment_is_in_degrees() -> None:
    message = told(
        {"type": 23, "mmsi": 2320001, "ne_lon": -60.0, "ne_lat": 3060.0, "sw_lon": -300.0, "sw_lat": 3000.0}
    )

    assert [message[k] for k in ("ne_lon", "ne_lat", "sw_lon", "sw_lat")] == [-1.0, 51.0, -5.0, 50.0]


@given(positions)
def test_the_two_ways_out_agree(said: dict[str, Any]) -> None:
    fields = {k: v for k, v in said.items() if k not in {"knots", "tenth", "degrees"}}
    lines = frames(encoded({**fields, "speed": said["knots"], "course": said["degrees"]}, seq_id=1))

    (message,) = AisDecoder(Rejects()).messages(lines)
    reports = decoded([lines])[0].reports

    assert (message["lat"], message["lon"]) == (reports.lat_deg[0], reports.lon_deg[0])
    if "speed" in message:
        assert reports.sog_mps[0] == message["speed"] * KNOT_MPS


def test_the_two_ways_out_refuse_alike() -> None:
    lines = frames([b"hello", encoded({"type": 5, "mmsi": 1}, seq_id=1)[0], b"!AIVDM,1,1,,A,13,0*24"])
    rejects = Rejects()
    decoder = AisDecoder(rejects)
    assert list(decoder.messages(lines)) == []
    decoder.finish()

    assert counts(rejects) == counts(decoded([lines])[1])
