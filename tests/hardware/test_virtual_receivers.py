"""What antennas that never stood would hear: near and far, loud and crowded, awake and asleep."""

import doctest
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.batch import Ragged
from geo.sphere import destination, distance_m
from hardware.frames import Kind
from hardware.virtual import paths
from hardware.virtual.antennas import ADSB, AIS, KINDS, Antenna, stations_json
from hardware.virtual.chance import normal, smooth, uniform
from hardware.virtual.crowding import HEARS_EACH_OTHER_M, SLOTS_PER_MINUTE, slot_of, understood
from hardware.virtual.emissions import Emissions, keys_of
from hardware.virtual.hearing import Air, Heard, frames_of, hear
from hardware.virtual.shadows import shadow_db

T0 = 1_700_000_040.0  # a whole minute
HOME = 50.6, -2.0
SLOT_S = 60.0 / SLOTS_PER_MINUTE


def antenna(kind: str = AIS, **more) -> Antenna:
    return Antenna(
        **{"id": "cliff", "lat_deg": HOME[0], "lon_deg": HOME[1], "antenna_m": 60.0, "kind": kind} | more
    )


def around(n: int, most_m: float, kind: str = AIS, seed: int = 1, **more) -> Emissions:
    """Transmissions at random over a disc around home, one each of as many emitters."""
    rng = np.random.default_rng(seed)
    away_m, bearing_deg = most_m * np.sqrt(rng.random(n)), rng.uniform(0, 360, n)
    lat, lon = destination(np.full(n, HOME[0]), np.full(n, HOME[1]), bearing_deg, away_m)
    columns = {
        "time_s": T0 + np.sort(rng.uniform(0, 600, n)),
        "lat_deg": lat,
        "lon_deg": lon,
        "alt_m": np.full(n, 15.0 if kind == AIS else 3000.0),
        "power_dbm": np.full(n, 41.0 if kind == AIS else 51.0),
        "kind": np.full(n, KINDS[kind], np.uint8),
        "channel": np.arange(n) % 2,
        "emitter": np.arange(n),
        "payload": Ragged(np.arange(n + 1), (np.arange(n) % 251).astype(np.uint8)),
    }
    return Emissions.of(n, **(columns | more))


def same(first: Heard, second: Heard) -> bool:
    return all(
        np.array_equal(a, b) for a, b in zip(first.columns().values(), second.columns().values(), strict=True)
    )


@pytest.mark.parametrize("kind", [AIS, ADSB])
def test_the_same_is_heard_however_the_emissions_are_cut(kind: str) -> None:
    emissions = around(20_000, 120_000, kind)
    antennas = [
        antenna(kind),
        antenna(kind, id="pier", lat_deg=50.7, antenna_m=15.0, quality=0.7, noise_db=5),
    ]
    air = Air(seed=7, epoch_s=T0)

    whole = hear(emissions, antennas, air)
    pieces = []
    for start in range(0, 600, 60):
        rows = np.flatnonzero((emissions.time_s >= T0 + start) & (emissions.time_s < T0 + start + 60))
        piece = hear(emissions.take(rows), antennas[::-1], air)
        pieces.append(piece.replaced(row=rows[piece.row]))

    joined = Heard.concat(pieces)
    order = np.lexsort((joined.row, joined.station, joined.true_s))
    assert len(whole) > 5000
    assert same(whole, joined.take(order))
    assert not same(whole, hear(emissions, antennas, Air(seed=8, epoch_s=T0)))


@pytest.mark.parametrize(
    ("kind", "alt_m", "near_m", "far_m"), [(AIS, 15.0, 35e3, 120e3), (ADSB, 3000.0, 150e3, 350e3)]
)
def test_near_is_heard_and_beyond_the_horizon_is_not(
    kind: str, alt_m: float, near_m: float, far_m: float
) -> None:
    emissions = around(20_000, 400_000, kind)
    ear = antenna(kind)
    heard = hear(emissions, [ear], Air(seed=1, fruit=0.0))

    away_m = distance_m(emissions.lat_deg, emissions.lon_deg, np.array(HOME[0]), np.array(HOME[1]))
    share = np.isin(np.arange(len(emissions)), heard.row)
    horizon_m = 4120 * (math.sqrt(alt_m) + math.sqrt(ear.antenna_m))
    assert near_m < horizon_m < far_m
    assert share[away_m < near_m].mean() > 0.9
    assert share[away_m > far_m].mean() == 0.0
    # The edge is soft: some are heard from a little beyond the horizon, and some within are not.
    assert 0.0 < share[(away_m > horizon_m) & (away_m < 1.5 * horizon_m)].mean() < 0.9
    nearest, farthest = np.argsort(away_m[heard.row])[:50], np.argsort(away_m[heard.row])[-50:]
    assert heard.signal_dbfs[nearest].mean() > heard.signal_dbfs[farthest].mean() + 15


def test_losses_are_those_of_the_recommendations() -> None:
    # P.525: 92.45 + 20 log f_GHz + 20 log d_km
    assert paths.free_space_db(np.array([30e3]), 1090e6)[0] == pytest.approx(92.45 + 0.749 + 29.542, abs=0.01)
    # The horizon at 4/3 earth: 4.12 km for the root of each metre
    assert paths.horizon_m(np.array([25.0]))[0] == pytest.approx(5 * 4122, rel=1e-3)
    # P.526 far beyond: F(X) = 11 + 10 log X - 17.6 X, here its steep part
    per_km = [
        (
            paths.beyond_db(np.array([d + 1e3]), np.array([50e3]), 162e6)
            - paths.beyond_db(np.array([d]), np.array([50e3]), 162e6)
        )[0]
        for d in (10e3, 150e3)
    ]
    assert per_km == pytest.approx([0.0, 17.6 * 2.188 * 162 ** (1 / 3) * 8495 ** (-2 / 3)], abs=0.01)


def smooth_earth_db(d_km: float, h1_m: float, h2_m: float, f_mhz: float) -> float:
    """ITU-R P.526-15, 3.1.1: the whole formula for a smooth earth, of which the model has the steep end."""
    a_km = 4 / 3 * 6371
    x = 2.188 * f_mhz ** (1 / 3) * a_km ** (-2 / 3) * d_km
    height_gain = 0.0
    for h in (h1_m, h2_m):
        y = 9.575e-3 * f_mhz ** (2 / 3) * a_km ** (-1 / 3) * h
        height_gain += (
            17.6 * math.sqrt(y - 1.1) - 5 * math.log10(y - 1.1) - 8
            if y > 2
            else 20 * math.log10(y + 0.1 * y**3)
        )
    return 17.6 * x - 10 * math.log10(x) - 11 - height_gain


@pytest.mark.parametrize("d_km", [60, 75, 90])
def test_a_ship_beyond_the_horizon_is_as_weak_as_the_recommendation_has_it(d_km: float) -> None:
    d_m, ship_m, mast_m = np.array([d_km * 1e3]), np.array([15.0]), 60.0
    reach_m = paths.horizon_m(ship_m) + paths.horizon_m(np.array([mast_m]))

    ours = paths.plane_earth_db(d_m, ship_m, mast_m) + paths.beyond_db(d_m, reach_m, 162e6)
    theirs = paths.free_space_db(d_m, 162e6) + smooth_earth_db(d_km, 15.0, mast_m, 162)

    assert ours == pytest.approx(theirs, abs=5.0)


def test_a_hill_between_is_felt_and_the_open_sea_is_not() -> None:
    lat, lon, low = np.array([57.4, 50.0]), np.array([-4.2, -3.0]), np.array([20.0, 20.0])
    # From Inverness over the Cairngorms to the south; over the middle of the Channel.
    away_m = np.array([111e3, 40e3])

    over_land = paths.hill_db(lat[:1], lon[:1], low[:1], (56.4, -4.2, 20.0), away_m[:1], 162e6)
    over_sea = paths.hill_db(lat[1:], lon[1:], low[1:], (50.0, -3.55, 20.0), away_m[1:], 162e6)

    assert over_land[0] > 20
    assert over_sea[0] == 0.0


def test_a_shadow_stays_where_it_is_and_changes_slowly() -> None:
    n = 4000
    lat, lon = destination(np.full(n, HOME[0]), np.full(n, HOME[1]), np.linspace(0, 360, n), np.full(n, 20e3))
    here, low = np.full(n, 20e3), np.full(n, 10.0)
    shadow = shadow_db(antenna(), 1, lat, lon, low, here)

    assert np.array_equal(shadow[::7], shadow_db(antenna(), 1, lat[::7], lon[::7], low[::7], here[::7]))
    # Round the compass once, also across north: no step where 31 m lie between two.
    assert np.abs(np.diff(np.append(shadow, shadow[0]))).max() < 1.0
    assert 2.0 < shadow.std() < 8.0
    assert abs(np.corrcoef(shadow, shadow_db(antenna(id="pier"), 1, lat, lon, low, here))[0, 1]) < 0.5
    high = shadow_db(antenna(), 1, lat, lon, np.full(n, 9000.0), here)
    assert high.std() < 0.1


def two_at_once(apart_m: float, channel: int = 0, later_s: float = 0.0) -> Emissions:
    """Two ships on either side of home that begin in the same slot."""
    lat, lon = destination(
        np.full(2, HOME[0]), np.full(2, HOME[1]), np.array([90.0, 270.0]), np.full(2, apart_m / 2)
    )
    times = T0 + np.array([0.0, later_s])
    return around(2, 1.0, lat_deg=lat, lon_deg=lon, time_s=times, channel=np.array([0, channel]))


FAR, NEAR = HEARS_EACH_OTHER_M * 1.2, HEARS_EACH_OTHER_M * 0.8


@pytest.mark.parametrize(
    ("emissions", "level_dbm", "expected"),
    [
        (two_at_once(FAR), (-80, -89), [False, False]),
        (two_at_once(FAR), (-80, -91), [True, False]),
        (two_at_once(NEAR), (-80, -80), [True, True]),
        (two_at_once(FAR, channel=1), (-80, -80), [True, True]),
        (two_at_once(FAR, later_s=SLOT_S), (-80, -80), [True, True]),
    ],
    ids=["far apart", "one is louder", "they hear each other", "other channel", "other slot"],
)
def test_two_in_one_slot_drown_each_other_unless_they_know_or_one_is_louder(
    emissions, level_dbm, expected
) -> None:
    levels = np.array(level_dbm, np.float64)

    assert understood(emissions, levels, keys_of(emissions), 1, 1, 0.0).tolist() == expected
    # A third ship, far weaker, next to the first, changes nothing for them.
    three = emissions.take([0, 1, 0]).replaced(emitter=np.arange(3))
    assert understood(three, np.append(levels, -120.0), keys_of(three), 1, 1, 0.0)[:2].tolist() == expected


def test_a_crowded_air_loses_more() -> None:
    def share(n: int, fruit: float) -> float:
        emissions = around(n, 40_000, ADSB, time_s=T0 + np.linspace(0, 0.99, n))
        return len(hear(emissions, [antenna(ADSB)], Air(seed=1, fruit=fruit))) / n

    empty, some, full = share(300, 0.0), share(300, 8.0), share(3000, 8.0)
    assert empty > some > full
    # Nobody else within a message before or after: the Poisson law of the load.
    assert some / empty == pytest.approx(math.exp(-2 * 120e-6 * 8 * 299), abs=0.06)


def test_a_station_that_is_out_hears_nothing_and_then_again() -> None:
    emissions = around(3000, 20_000)
    outages = ((T0 + 100, T0 + 200), (T0 + 400, T0 + 450.5))
    heard = hear(emissions, [antenna(outages=outages)], Air(seed=1))
    always = hear(emissions, [antenna()], Air(seed=1))

    when = emissions.time_s[always.row]
    out = ((when >= T0 + 100) & (when < T0 + 200)) | ((when >= T0 + 400) & (when < T0 + 450.5))
    assert 0 < out.sum() < len(out)
    assert same(heard, always.take(~out))


def test_a_clock_is_wrong_by_what_it_is_told_to_be() -> None:
    emissions = around(3000, 20_000)
    exact = antenna(clock_jitter_s=0.0)
    wrong = antenna(clock_offset_s=-2.5, clock_drift_ppm=100.0, clock_jitter_s=0.01)
    air = Air(seed=1, epoch_s=T0)

    right, told = hear(emissions, [exact], air), hear(emissions, [wrong], air)

    away_m = distance_m(
        emissions.lat_deg[right.row], emissions.lon_deg[right.row], np.array(HOME[0]), np.array(HOME[1])
    )
    np.testing.assert_allclose(right.time_s - emissions.time_s[right.row], away_m / 299_792_458, atol=1e-6)
    assert np.array_equal(told.true_s, right.true_s)
    error = told.time_s - told.true_s + 2.5 - 1e-4 * (told.true_s - T0)
    assert abs(error.mean()) < 0.001
    assert error.std() == pytest.approx(0.01, rel=0.1)


def test_both_sentences_of_a_message_share_their_fate() -> None:
    pairs = around(4000, 90_000)
    twice = pairs.take(np.repeat(np.arange(4000), 2))
    heard = hear(twice, [antenna()], Air(seed=1))

    counts = np.bincount(heard.row // 2, minlength=4000)
    assert set(counts.tolist()) == {0, 2}


def test_what_is_heard_becomes_frames_with_its_bytes() -> None:
    emissions = around(500, 30_000, ADSB)
    heard = hear(emissions, [antenna(ADSB)], Air(seed=1))
    frames = frames_of(emissions, heard)

    assert (frames.kind == Kind.MODE_S).all()
    assert frames.payload.values.tolist() == (heard.row % 251).tolist()
    assert (frames.signal_dbfs <= 0).all()
    assert np.array_equal(frames.station, np.full(len(heard), antenna(ADSB).number))


def test_nothing_said_is_nothing_heard() -> None:
    assert len(hear(Emissions.empty(), [antenna(), antenna(ADSB)], Air(seed=1))) == 0
    assert len(hear(around(10, 1000), [], Air(seed=1))) == 0


def test_an_antenna_off_the_earth_is_refused() -> None:
    with pytest.raises(ValueError, match="cliff: lat within 90"):
        antenna(lat_deg=91.0)
    with pytest.raises(ValueError, match='kind is "ais" or "adsb"'):
        antenna("radar")
    assert stations_json([antenna()]) == [
        {"id": "cliff", "lat": 50.6, "lon": -2.0, "antenna_m": 60.0, "kind": "ais"}
    ]


@given(st.integers(0, 2**64 - 1), st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=20))
def test_chance_depends_on_its_keys_alone(seed: int, keys: list[int]) -> None:
    column = np.array(keys, np.uint64)
    drawn = uniform(seed, 5, column)

    assert ((drawn > 0) & (drawn < 1)).all()
    assert drawn.tolist() == [float(uniform(seed, 5, np.array([key], np.uint64))[0]) for key in keys]


def test_chance_is_spread_as_it_says() -> None:
    keys = np.arange(100_000, dtype=np.uint64)
    drawn, other = normal(1, keys), normal(2, keys)

    assert abs(drawn.mean()) < 0.015
    assert drawn.std() == pytest.approx(1.0, abs=0.01)
    assert abs(np.corrcoef(drawn, other)[0, 1]) < 0.015
    along = smooth((1, 2), np.linspace(0, 20_000, 100_001))
    assert along.std() == pytest.approx(1.0, abs=0.02)
    assert np.abs(np.diff(along)).max() < 3.0
    assert slot_of(np.array([T0, T0 + SLOT_S, T0 + 60])).tolist() == [
        slot_of(np.array([T0]))[0] + k for k in (0, 1, SLOTS_PER_MINUTE)
    ]


def test_the_examples_say_what_happens() -> None:
    tried = doctest.testmod(paths)

    assert tried.attempted
    assert not tried.failed
