"""From the truth to the wire: transponders speak when, where and what the standards have them say."""

import asyncio
import doctest
import itertools
import json

import numpy as np
import pyModeS
import pytest
from ack_server import AckServer
from brokers import embedded
from pyais.stream import IterMessages

from feeds.decoder import Decoder
from feeds.format import Reading
from feeds.inputs import Input
from feeds.rejects import Rejects
from feeds.reports import Said, Source
from geo.batch import Ragged
from geo.geoid import undulation_m
from geo.sphere import destination, distance_m
from geo.stations import StationNames
from geo.units import FOOT_M, KNOT_MPS
from hardware.clock import SystemClock
from hardware.frames import Frames, Kind
from hardware.sources.playback import Playback
from hardware.virtual.antennas import ADSB, AIS, Antenna
from hardware.virtual.emissions import Emissions
from hardware.virtual.hearing import Heard, frames_of
from headland.errors import SettingsError
from headland.proving import transmitting_errors
from headland.proving.mover import Mover
from headland.proving.playing import Handout, heard_windows
from headland.proving.playing_live import PlayOptions, played
from headland.proving.transmitting import Transmissions
from headland.proving.transmitting_errors import Atmosphere, nac_p, nic
from headland.proving.transmitting_rates import Rates, Sort, schedule
from headland.proving.wire_files import AIS_FILE, MODES_FILE, STATIONS_FILE, write_wire_files

T0 = 1_750_000_020.0 // 60 * 60
HOME = 50.66, -1.58
EVERY = Rates(adsb_thinning=1.0)


def straight(transponder="A", *, minutes=20.0, knots=12.0, course=80.0, **more) -> Mover:
    """One that holds course and speed, a knot every 10 s."""
    aircraft = transponder in {"ADSB", "SAR"}
    n = int(minutes * 6) + 1
    time_s = T0 + 10.0 * np.arange(n)
    speed = np.full(n, knots * KNOT_MPS)
    lat, lon = destination(
        np.full(n, HOME[0]), np.full(n, HOME[1]), np.full(n, course), speed * (time_s - T0)
    )
    columns = {
        "kind": "aircraft" if aircraft else "vessel",
        "number": {"SAR": 111232501, "ADSB": 0x4070AB}.get(transponder, 235012345),
        "transponder": transponder,
        "name": "EARLY BIRD",
        "callsign": "GABCD" if aircraft else "MABC7",
        "ship_type": 37,
        "length_m": 24.0,
        "beam_m": 6.0,
        "category": "A2" if aircraft else "",
        "time_s": time_s,
        "lat_deg": lat,
        "lon_deg": lon,
        "alt_m": np.full(n, 600.0 if aircraft else np.nan),
        "sog_mps": speed,
        "cog_deg": np.full(n, course),
        "heading_deg": np.full(n, course),
        "climb_mps": np.full(n, 0.0 if aircraft else np.nan),
        "on_ground": np.zeros(n, np.bool_),
        "status": np.zeros(n, np.int8),
        "transmitting": np.ones(n, np.bool_),
        "squawk": np.full(n, 7000 if aircraft else -1, np.int16),
    }
    return Mover(**columns | more)


def knots(n: int, value: float) -> np.ndarray:
    return np.full(n, value)


def everything(sent: Transmissions) -> Emissions:
    return sent.between(T0 - 60, T0 + 7200)


def said(emissions: Emissions) -> Said:
    """What this house reads of all that was sent, as if one station had heard it at once."""
    n = len(emissions)
    heard = Heard.of(n, row=np.arange(n), time_s=emissions.time_s, station=np.ones(n, np.uint32))
    rejects = Rejects()
    decoder = Decoder(rejects, StationNames())
    read = decoder.step(frames_of(emissions, heard))
    decoder.finish()
    assert rejects.total() == 0
    return read


def same(first, second) -> bool:
    pairs = zip(first.columns().values(), second.columns().values(), strict=True)
    return all(
        np.array_equal(a.values, b.values) and np.array_equal(a.offsets, b.offsets)
        if isinstance(a, Ragged)
        else np.array_equal(a, b, equal_nan=a.dtype.kind == "f")
        for a, b in pairs
    )


def antennas() -> list[Antenna]:
    places = (("needles", 50.66, -1.58, 90.0), ("hengist", 50.71, -1.76, 35.0))
    return [
        Antenna(id=name, lat_deg=lat, lon_deg=lon, antenna_m=metres, kind=kind)
        for name, lat, lon, metres in places
        for kind in (AIS, ADSB)
    ]


TURNING = {"heading_deg": np.arange(121) * 3.0, "cog_deg": np.arange(121) * 3.0}
MOORED = {"status": np.full(121, 5, np.int8)}


@pytest.mark.parametrize(
    ("mover", "carrier_sense", "sort", "interval_s"),
    [
        (straight("A", knots=0.0, **MOORED), True, Sort.A_POSITION, 180.0),
        (straight("A", knots=4.0, **MOORED), True, Sort.A_POSITION, 10.0),
        (straight("A", knots=12.0), True, Sort.A_POSITION, 10.0),
        (straight("A", knots=12.0, **TURNING), True, Sort.A_POSITION, 10 / 3),
        (straight("A", knots=18.0), True, Sort.A_POSITION, 6.0),
        (straight("A", knots=18.0, **TURNING), True, Sort.A_POSITION, 2.0),
        (straight("A", knots=30.0), True, Sort.A_POSITION, 2.0),
        (straight("A"), True, Sort.A_VOYAGE, 360.0),
        (straight("B", knots=1.5), True, Sort.B_POSITION, 180.0),
        (straight("B", knots=25.0), True, Sort.B_POSITION, 30.0),
        (straight("B", knots=20.0), False, Sort.B_POSITION, 15.0),
        (straight("B", knots=25.0), False, Sort.B_POSITION, 5.0),
        (straight("B"), True, Sort.B_NAME, 360.0),
        (straight("SAR", knots=90.0), True, Sort.SAR_POSITION, 10.0),
        (straight("ADSB", knots=90.0), True, Sort.PLACE, 0.5),
        (straight("ADSB", knots=90.0), True, Sort.VELOCITY, 0.5),
        (straight("ADSB", knots=90.0), True, Sort.IDENTIFICATION, 5.0),
        (straight("ADSB", knots=90.0), True, Sort.SQUAWK, 5.0),
        (straight("ADSB", knots=90.0, squawk=np.full(121, 7700, np.int16)), True, Sort.SQUAWK, 0.8),
        (straight("ADSB", knots=15.0, on_ground=np.ones(121, np.bool_)), True, Sort.PLACE, 0.5),
        (straight("ADSB", knots=0.0, on_ground=np.ones(121, np.bool_)), True, Sort.PLACE, 5.0),
    ],
)
def test_each_state_has_the_interval_of_its_standard(mover, carrier_sense, sort, interval_s) -> None:
    planned = schedule(mover, 7, EVERY, carrier_sense=carrier_sense)
    times = planned.time_s[planned.sort == sort]

    assert len(times) == pytest.approx(1200 / interval_s, abs=1.01)
    if len(times) > 2:
        assert np.diff(times).min() >= interval_s * 0.59
        assert np.diff(times).max() <= interval_s * 1.41


def test_on_the_ground_no_velocity_is_sent_and_positions_are_of_the_ground() -> None:
    taxi = straight("ADSB", knots=15.0, on_ground=np.ones(121, np.bool_))
    emissions = everything(Transmissions([taxi], 1, rates=EVERY))

    long = np.flatnonzero(emissions.payload.counts == 14)
    codes = {int(emissions.payload.row(i)[4]) >> 3 for i in long[::3]}
    assert Sort.VELOCITY not in set(schedule(taxi, 7, EVERY, carrier_sense=True).sort.tolist())
    assert codes & set(range(5, 9))
    assert not codes & {*range(9, 23)}


def test_a_thinned_world_is_a_quarter_of_the_true_one() -> None:
    whole, quarter = (Transmissions([straight("ADSB")], 1, rates=Rates(adsb_thinning=k)) for k in (1.0, 4.0))

    assert len(whole) == pytest.approx(4 * len(quarter), rel=0.02)


def test_who_does_not_transmit_is_not_on_the_air() -> None:
    on = np.ones(121, np.bool_)
    on[30:90] = False
    dark = straight(knots=30.0, transmitting=on)

    times = everything(Transmissions([dark, straight("none")], 1)).time_s - T0

    assert (times < 300).sum() > 100
    assert (times >= 900).sum() > 100
    assert not ((times >= 300) & (times < 899)).any()


@pytest.mark.parametrize("transponder", ["A", "B", "SAR", "ADSB"])
def test_what_is_sent_is_read_back_as_the_truth_within_its_errors(transponder: str) -> None:
    mover = straight(transponder, knots=90.0 if transponder == "ADSB" else 12.0)
    emissions = everything(Transmissions([mover], 3))
    reports, identities = said(emissions).reports, said(emissions).identities

    place = np.isfinite(reports.lat_deg)
    truth = mover.at(np.clip(reports.time_s, mover.time_s[0], mover.time_s[-1]))
    off_m = distance_m(reports.lat_deg, reports.lon_deg, truth["lat_deg"], truth["lon_deg"])[place]
    assert set(reports.entity.tolist()) == {mover.entity}
    assert place.sum() > 15
    # 95 % within the 14 or 18 m claimed; a wave in a slot is up to 27 ms older than planned.
    assert np.percentile(off_m, 95) < 25
    assert off_m.max() < 50
    moving = np.isfinite(reports.sog_mps)
    assert np.abs(reports.sog_mps - truth["sog_mps"])[moving].max() < 0.6
    assert np.abs(reports.cog_deg - 80.0)[moving].max() < 3.0
    if transponder in {"A", "B"}:
        assert {"EARLY BIRD"} <= set(identities.name.tolist())
        assert np.nanmax(identities.bow_m + identities.stern_m) == 24
    if transponder == "ADSB":
        assert "GABCD" in identities.callsign.tolist()
        assert 7000 in reports.squawk.tolist()


def test_the_world_is_read_by_pyais_and_pymodes_too(tmp_path) -> None:
    movers = [straight("A"), straight("B", number=235099999), straight("ADSB", knots=90.0)]
    ears = antennas()
    write_wire_files(heard_windows(Transmissions(movers, 1), ears, 1), ears, tmp_path)

    lines = (tmp_path / AIS_FILE).read_bytes().splitlines()
    by_pyais = list(IterMessages([line for line in lines if b"s:needles" in line]))
    rows = [row.split(",") for row in (tmp_path / MODES_FILE).read_text().splitlines()[1:]]
    by_pymodes = [pyModeS.decode(frame) for _, _, frame, _ in rows]

    assert {each.decode().mmsi for each in by_pyais} == {235012345, 235099999}
    assert all(each.is_valid for each in by_pyais)
    assert {each["icao"] for each in by_pymodes} == {"4070AB"}
    assert all(each["crc_valid"] for each in by_pymodes if each["df"] == 17)
    assert {each.get("callsign") for each in by_pymodes} == {None, "GABCD"}


def test_a_false_place_is_said_but_the_wave_leaves_from_the_true_one() -> None:
    n = 121
    fooled = straight(
        "ADSB", said_lat_deg=knots(n, 55.0), said_lon_deg=knots(n, 10.0), said_epu_m=knots(n, np.inf)
    )
    drifting = straight(
        "A", said_lat_deg=knots(n, 51.5), said_lon_deg=knots(n, 0.5), said_epu_m=knots(n, np.inf)
    )
    emissions = everything(Transmissions([fooled, drifting], 1))
    reports = said(emissions).reports

    place = np.isfinite(reports.lat_deg)
    adsb = reports.source == Source.ADSB
    assert np.abs(reports.lat_deg[place & adsb] - 55.0).max() < 0.001
    assert np.abs(reports.lat_deg[place & ~adsb] - 51.5).max() < 0.001
    assert set(reports.integrity[place].tolist()) == {0}
    assert np.abs(emissions.lat_deg - HOME[0]).max() < 0.1
    # An altimeter is not fooled.
    assert np.ptp(reports.alt_m[place & adsb]) < 30


@pytest.mark.parametrize(
    ("epu_m", "nac", "integrity"),
    [(2.0, 11, 11), (18.0, 9, 9), (50.0, 8, 8), (200.0, 6, 6), (1e5, 0, 0), (np.inf, 0, 0)],
)
def test_a_claimed_uncertainty_has_its_categories(epu_m: float, nac: int, integrity: int) -> None:
    assert nac_p(np.array([epu_m])).tolist() == [nac]
    assert nic(np.array([epu_m])).tolist() == [integrity]


def test_altimeters_live_in_the_pressure_of_the_day() -> None:
    air = Atmosphere(seed=1, mean_hpa=990.0, mean_warmth=0.0)
    mover = straight("ADSB", knots=90.0)
    emissions = everything(Transmissions([mover], 1, air=air))
    reports = said(emissions).reports

    where = np.array([50.66]), np.array([-1.5])
    qnh = air.qnh_hpa(*where, np.array([T0]))[0]
    assert abs(qnh - 990) < 12
    baro_m = reports.alt_m[np.isfinite(reports.alt_m)]
    # Low pressure reads high: 8.23 m for each hectopascal that is missing, to 25 ft and the day's warmth.
    assert baro_m == pytest.approx(np.full(len(baro_m), 600 + 8.23 * (1013.25 - qnh)), abs=30)
    difference_m = reports.alt_diff_m[np.isfinite(reports.alt_diff_m)]
    ellipsoid_m = 600 + undulation_m(*where)[0]
    assert len(difference_m) > 100
    assert np.median(difference_m) == pytest.approx(ellipsoid_m - np.median(baro_m), abs=12.5 * FOOT_M + 10)


def test_pressure_changes_slowly_over_land_and_day() -> None:
    air, n = Atmosphere(seed=4), 500
    lat, lon, now = np.linspace(50, 51, n), np.full(n, -2.0), np.full(n, T0)

    along = air.qnh_hpa(lat, lon, now)
    later = air.qnh_hpa(lat[:1].repeat(n), lon, T0 + np.linspace(0, 86_400, n))

    assert np.abs(np.diff(along)).max() < 0.2
    assert np.abs(np.diff(later)).max() < 0.2
    assert np.ptp(later) > 0.5
    assert Atmosphere(seed=5).qnh_hpa(lat[:1], lon[:1], now[:1]) != along[:1]


def test_a_day_is_the_same_however_it_is_cut() -> None:
    sent = Transmissions([straight("A", knots=20.0), straight("B"), straight("ADSB", knots=90.0)], 9)

    whole = everything(sent)
    pieces = Emissions.concat([sent.between(T0 + 60 * k, T0 + 60 * (k + 1)) for k in range(-1, 30)])
    assert len(whole) > 1500
    assert same(whole, pieces)
    by_hour, by_minute = (
        Frames.concat(list(heard_windows(sent, antennas(), 9, window_s=span))) for span in (3600.0, 60.0)
    )
    assert len(by_hour) > 1500
    assert same(by_hour, by_minute)


def test_one_mover_more_changes_nothing_for_the_others() -> None:
    first, other = straight("A"), straight("A", number=232000777, course=200.0)

    alone = everything(Transmissions([first], 9))
    both = everything(Transmissions([other, first], 9))

    of_first = both.take(both.emitter == alone.emitter[0])
    assert len(both) > len(of_first)
    assert same(alone, of_first)


def test_the_same_seed_gives_the_same_world_and_another_does_not() -> None:
    one, again, another = (everything(Transmissions([straight()], seed)) for seed in (1, 1, 2))

    assert same(one, again)
    assert not np.array_equal(one.time_s, another.time_s)


def test_ships_speak_at_the_beginning_of_a_slot_on_two_channels_in_turn() -> None:
    emissions = everything(Transmissions([straight(knots=30.0)], 1))
    single = emissions.take(np.flatnonzero(np.diff(emissions.time_s, prepend=0) > 0))

    into_slot = single.time_s * 37.5 % 1.0
    assert np.minimum(into_slot, 1 - into_slot).max() < 1e-4
    assert single.channel.mean() == pytest.approx(0.5, abs=0.02)
    said_on = [bytes(single.payload.row(i)).split(b",")[4] for i in range(len(single))]
    assert said_on == [b"AB"[c : c + 1] for c in single.channel.tolist()]


def test_files_are_read_as_what_was_heard_in_order_of_arrival(tmp_path) -> None:
    ears = [
        *antennas()[:3],
        Antenna(id="late", lat_deg=50.7, lon_deg=-1.5, antenna_m=20, kind=ADSB, clock_offset_s=3),
    ]
    sent = Transmissions([straight("A"), straight("ADSB", knots=90.0)], 2)
    windows = list(heard_windows(sent, ears, 2))
    counts = write_wire_files(windows, ears, tmp_path)

    rejects, names = Rejects(), StationNames()
    for name, kind in ((AIS_FILE, Kind.NMEA), (MODES_FILE, Kind.MODE_S)):
        heard = Frames.concat(windows)
        heard = heard.take(heard.kind == kind)
        batches = list(Input(str(tmp_path / name)).read(Reading(names, rejects)))
        read = Frames.concat([each for each in batches if isinstance(each, Frames)])
        assert len(read) == counts[name] == len(heard) > 100
        assert np.abs(read.time_s - heard.time_s).max() < 0.001
        assert read.station.tolist() == heard.station.tolist()
        assert np.array_equal(read.payload.values, heard.payload.values)
    assert rejects.total() == 0
    # By true time, so the station whose clock is wrong stands between the others.
    late = read.station == ears[-1].number
    assert np.diff(read.time_s - 3 * late).min() > -0.05
    assert np.diff(read.time_s).min() < -2.5
    stations = json.loads((tmp_path / STATIONS_FILE).read_text())
    assert [each["id"] for each in stations] == [ear.id for ear in ears]
    assert not list(tmp_path.glob("*.part"))


def test_nobody_on_the_air_is_an_empty_file(tmp_path) -> None:
    sent = Transmissions([straight("none")], 1)

    assert write_wire_files(heard_windows(sent, antennas(), 1), antennas(), tmp_path) == {
        AIS_FILE: 0,
        MODES_FILE: 0,
    }
    assert (tmp_path / AIS_FILE).read_bytes() == b""
    assert (tmp_path / MODES_FILE).read_bytes() == b"time,station,frame,rssi\n"


def test_every_station_is_handed_its_own_of_each_window_once() -> None:
    sent = Transmissions([straight("A", minutes=3), straight("ADSB", minutes=3)], 1)
    windows = list(heard_windows(sent, antennas(), 1, window_s=60.0))
    numbers = sorted({each.number for each in antennas()})
    handout = Handout(iter(windows), numbers)

    handed = [list(handout.to(number)) for number in numbers]

    for number, parts in zip(numbers, handed, strict=True):
        mine = Frames.concat(parts)
        assert (mine.station == number).all()
        assert len(mine) == sum(int((window.station == number).sum()) for window in windows) > 0
    assert list(itertools.chain(handout._kept.values())) == [None]


def test_stations_that_begin_together_stay_together(monkeypatch) -> None:
    slept = []

    async def sleep(seconds: float) -> None:
        slept.append(round(seconds, 1))

    class Standing(SystemClock):
        def monotonic_s(self) -> float:
            return 100.0

    frame = Frames.of(1, time_s=[T0 + 7.0], kind=[Kind.MODE_S], payload=Ragged.of_rows([bytes(7)], np.uint8))
    source = Playback("test", lambda: [frame], Standing(), pace=2.0, origin_s=T0)
    monkeypatch.setattr(asyncio, "sleep", sleep)

    async def heard() -> int:
        return sum([len(told.lines) async for told in source.heard()])

    assert asyncio.run(heard()) == 1
    # Seven seconds of the world, at twice its pace, after all stations began.
    assert slept == [3.5]


def test_a_world_played_over_mqtt_arrives_line_by_line(tmp_path) -> None:
    ears = [each for each in antennas() if each.id == "needles"]
    sent = Transmissions([straight("A", minutes=3), straight("ADSB", minutes=3, knots=90.0)], 1)
    counts = write_wire_files(heard_windows(sent, ears, 1), ears, tmp_path)

    async def scene() -> AckServer:
        async with embedded() as port, AckServer(port, "needles", user=None).listening() as server:
            options = PlayOptions(
                mqtt=f"mqtt://127.0.0.1:{port}", pace=0, recorded_times=True, spool=tmp_path / "spools"
            )
            await played(sent, ears, 1, options)
            await server.until(lambda: len(server.lines["modes"]) == counts[MODES_FILE])
            await server.until(lambda: len(server.lines["ais"]) == counts[AIS_FILE])
        return server

    server = asyncio.run(scene())

    in_file = (tmp_path / AIS_FILE).read_bytes().splitlines()
    assert sorted(line.rpartition(b"\\")[2] for line in server.lines["ais"]) == sorted(
        line.rpartition(b"\\")[2] for line in in_file
    )
    rows = [row.split(",") for row in (tmp_path / MODES_FILE).read_text().splitlines()[1:]]
    assert sorted(line.decode().split(",")[1] for line in server.lines["modes"]) == sorted(
        row[2] for row in rows
    )
    times = sorted(float(line.split(b",")[0]) for line in server.lines["modes"])
    assert times == pytest.approx(sorted(float(row[0]) for row in rows), abs=0.001)


def test_the_examples_say_what_happens() -> None:
    tried = doctest.testmod(transmitting_errors)

    assert tried.attempted
    assert not tried.failed


@pytest.mark.parametrize(
    ("options", "wrong"),
    [
        ({"mqtt": "http://broker"}, "--mqtt"),
        ({"mqtt": "mqtt://broker", "ca": "ca.pem"}, "--ca"),
        ({"mqtt": "mqtt://broker", "password_file": "nowhere"}, "--password-file"),
    ],
)
def test_a_wrong_option_ends_the_playing_before_it_begins(tmp_path, options, wrong) -> None:
    paths = {name: tmp_path / text for name, text in options.items() if name != "mqtt"}
    sent = Transmissions([straight("A", minutes=1)], 1)

    with pytest.raises(SettingsError, match=wrong):
        asyncio.run(played(sent, antennas(), 1, PlayOptions(mqtt=options["mqtt"], **paths)))
