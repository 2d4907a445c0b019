"""Target state, operational status and the integrity that hangs on them, against pyModeS and rs1090."""

from typing import Any

import numpy as np
import pyModeS
import pytest
import rs1090
from hypothesis import given
from hypothesis import strategies as st
from modes_making import START, batch, in_air, on_ground, squitter
from pyModeS._uncertainty import TC_NICv1_lookup, TC_NICv2_lookup, TC_NUCp_lookup

from feeds.modes.decoder import ModesDecoder
from feeds.modes.status import MODES
from feeds.modes.supplements import STATUS_S
from feeds.rejects import Rejects

RNG = np.random.default_rng(20240602)
KEYS = {"autopilot": "autopilot", "vnav": "vnav_mode", "altitude_hold": "altitude_hold_mode"}
KEYS |= {"approach": "approach_mode", "lnav": "lnav_mode"}


def _told(frames: list[bytes]) -> list[dict[str, Any]]:
    return list(ModesDecoder(Rejects()).messages(batch(frames)))


def _random(typecode: int, subtype: int, bits: int, count: int = 400) -> list[bytes]:
    low = RNG.integers(0, 1 << (51 - bits), count)
    return [squitter(typecode << 51 | subtype << (51 - bits) | int(rest)) for rest in low]


def _operational(version: int, a: int, c: int = 0, *, surface: bool = False) -> bytes:
    return squitter(31 << 51 | int(surface) << 48 | c << 36 | version << 13 | a << 12 | 9 << 8 | 3 << 4)


def test_target_states_equal_those_of_pymodes_and_rs1090() -> None:
    frames = _random(29, 1, 2)
    for ours, frame in zip(_told(frames), frames, strict=True):
        theirs, third = pyModeS.decode(frame.hex()), rs1090.decode(frame.hex())
        chosen = ours["selected_alt_ft"]

        assert chosen == theirs["selected_altitude"]
        # rs1090 gives whole hundreds of feet.
        assert chosen is None or third["selected_altitude"] == chosen // 100 * 100 or chosen % 100 >= 50
        assert chosen is None or ours["selected_alt_source"] == theirs["selected_altitude_source"]
        assert ours["pressure_setting_hpa"] == pytest.approx(theirs["baro_pressure_setting"], abs=0.051)
        assert (ours["nac_p"], ours["sil"], ours["nic_baro"]) == (
            theirs["nac_p"],
            theirs["sil"],
            theirs["nic_baro"],
        )
        assert ours["nac_p"] == third["NACp"]
        modes = None if ours["modes"] is None else {mode: mode in ours["modes"] for mode in MODES}
        said = {mode: theirs[key] for mode, key in KEYS.items()}
        assert modes == (None if said["autopilot"] is None else said)


def test_selected_headings_equal_those_of_pymodes() -> None:
    frames = _random(29, 1, 2)
    ours = [line["selected_heading"] for line in _told(frames)]
    theirs = [pyModeS.decode(frame.hex())["selected_heading"] for frame in frames]

    assert [said is None for said in ours] == [said is None for said in theirs]
    both = [(a, b) for a, b in zip(ours, theirs, strict=True) if a is not None]
    assert len(both) > 100
    np.testing.assert_allclose(*zip(*both, strict=True), rtol=0, atol=6e-4)


@pytest.mark.parametrize("subtype", [0, 1])
def test_operational_status_equals_that_of_pymodes(subtype: int) -> None:
    frames = _random(31, subtype, 3)
    lines = _told(frames)
    theirs = [pyModeS.decode(frame.hex()) for frame in frames]
    rated = [(ours, said) for ours, said in zip(lines, theirs, strict=True) if said["version"] > 0]

    assert [line["version"] for line in lines] == [said["version"] for said in theirs]
    assert len(rated) > 300
    for ours, said in rated:
        assert (ours["nac_p"], ours["sil"]) == (said["nac_p"], said["sil"])
        assert ours["nic_baro"] == said.get("nic_baro")
    assert {line["nac_p"] for line in lines if line["version"] == 0} <= {None}


def test_accuracy_of_velocities_equals_that_of_pymodes() -> None:
    frames = [frame for subtype in (1, 2, 3, 4) for frame in _random(19, subtype, 3, 50)]

    assert [line["nac_v"] for line in _told(frames)] == [pyModeS.decode(f.hex())["nac_v"] for f in frames]


def _expected(version: int, typecode: int, a: int, b_or_c: int) -> int | None:
    """By the tables of pyModeS; None where the standard leaves a pair of supplements open."""
    table, supplement = (TC_NICv1_lookup, a) if version == 1 else (TC_NICv2_lookup, 2 * a + b_or_c)
    said = table[typecode]
    return said.get(supplement) if isinstance(said, dict) else said


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("a", [0, 1])
@pytest.mark.parametrize("b", [0, 1])
def test_integrity_follows_version_and_supplements_as_pymodes_has_it(version: int, a: int, b: int) -> None:
    compared = 0
    for typecode in (*range(5, 19), 20, 21, 22):
        surface = typecode <= 8
        expected = _expected(version, typecode, a, b)
        if surface:
            message = on_ground(50.8, -0.3, 0) & ~(31 << 51) | typecode << 51
        else:
            message = in_air(51, 0, 0, typecode=typecode) | b << 48
        lines = _told([_operational(version, a, b, surface=surface), squitter(message)])
        # Version 1 promises 9 on the ground only with its supplement (DO-260A table 2-70); pyModeS always.
        if expected is not None and (version, typecode, a) != (1, 7, 0):
            assert lines[1]["nic"] == expected, typecode
            compared += 1
        assert lines[1]["nuc_p"] == TC_NUCp_lookup[typecode]

    assert compared >= 12


def test_supplements_are_forgotten_and_belong_to_one_sender() -> None:
    place = squitter(in_air(51, 0, 0, typecode=11) | 1 << 48)
    other = squitter(in_air(51, 0, 0, typecode=11) | 1 << 48, 0x400DEF)
    frames = [_operational(1, 0), place, other, place, _operational(2, 1), place]
    times = [START, START + 1, START + 1, START + 2 + STATUS_S, START + 200, START + 201]
    lines = list(ModesDecoder(Rejects()).messages(batch(frames, times)))

    # In version 1 the bit is another's; of the other, and of the first two minutes later, the version is unknown.
    assert [line["nic"] for line in lines] == [None, 8, 9, 9, None, 9]


@given(st.integers(0, (1 << 48) - 1), st.sampled_from([28, 29, 31, 19]), st.integers(0, 7))
def test_nothing_said_of_equipment_leaves_its_range(low: int, typecode: int, subtype: int) -> None:
    (line,) = _told([squitter(typecode << 51 | subtype << 48 | low)])

    for key, top in (("version", 7), ("nac_p", 15), ("nac_v", 7), ("sil", 3), ("nic_baro", 1)):
        assert line[key] is None or 0 <= line[key] <= top
    assert line["selected_alt_ft"] is None or 0 <= line["selected_alt_ft"] <= 65_472
    assert line["selected_heading"] is None or 0 <= line["selected_heading"] < 360
    assert line["pressure_setting_hpa"] is None or 800 <= line["pressure_setting_hpa"] <= 1208
