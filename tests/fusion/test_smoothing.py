"""Smoothed tracks against a textbook smoother with full matrices, against plain Python, and against the truth."""

import numpy as np
import pytest
from fusion_scenes import GPS_NOISE_M, LYME_BAY, START_S, aircraft, motion_of, points, straight, vessel, watch
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.reports import Doubt, Reports
from fusion.filter import METRES_PER_DEGREE
from fusion.parameters import EngineParameters
from fusion.smoothing import _points, back, smoothed
from fusion.tracks import Tracks

P = EngineParameters()
ZIGZAG = points((0.0, 0.0, 0.0), (600.0, 4000.0, 500.0), (1200.0, 4500.0, 4500.0), (1800.0, 9000.0, 4000.0))
FERRY, YACHT, PLANE = 235_000_021, 235_000_022, 0x400021


def told(*reports):
    return watch("loitering", reports=list(reports)).tracks


@pytest.fixture(scope="module")
def three():
    """A ship on a zigzag, a yacht by class B, and an aircraft."""
    return told(
        vessel(FERRY, LYME_BAY, ZIGZAG, (0.0, 1800.0)),
        vessel(YACHT, LYME_BAY, straight(3.0, 200.0, 2000.0, 3000.0), (0.0, 1800.0)),
        aircraft(PLANE, LYME_BAY, straight(60.0, 45.0, -20000.0, -20000.0, 500.0), (0.0, 300.0)),
    )


def textbook(points):
    """Four states and full matrices in the plane about the first place, over one track."""
    n, density = len(points), points["density"][0]
    narrow = np.cos(np.radians(points["lat"][0]))
    east = (points["lon"] - points["lon"][0]) * METRES_PER_DEGREE * narrow
    north = (points["lat"] - points["lat"][0]) * METRES_PER_DEGREE
    x = np.stack([east, points["east_mps"], north, points["north_mps"]], axis=1)
    one = np.stack([points["var_p"], points["cov_pv"], points["cov_pv"], points["var_v"]], 1).reshape(n, 2, 2)
    cov = np.zeros((n, 4, 4))
    cov[:, :2, :2] = cov[:, 2:, 2:] = one
    for k in range(n - 2, -1, -1):
        dt = points["time_s"][k + 1] - points["time_s"][k]
        f = np.kron(np.eye(2), [[1.0, dt], [0.0, 1.0]])
        q = density * np.kron(np.eye(2), [[dt**3 / 3.0, dt**2 / 2.0], [dt**2 / 2.0, dt]])
        ahead = f @ cov[k] @ f.T + q
        gain = cov[k] @ f.T @ np.linalg.inv(ahead)
        x[k] = x[k] + gain @ (x[k + 1] - f @ x[k])
        cov[k] = cov[k] + gain @ (cov[k + 1] - ahead) @ gain.T
    return x, cov


def test_one_pass_back_is_the_textbook_smoother(three):
    for entity in np.unique(three.entity):
        mine = _points(three.take(three.entity == entity), P)[:60]
        x, cov = textbook(mine)
        lat0, lon0 = mine["lat"][0], mine["lon"][0]

        back(mine, 1e9, 600.0)

        narrow = METRES_PER_DEGREE * np.cos(np.radians(lat0))
        # The plane is laid anew at each place; one plane for all is off by the curve of a few miles.
        np.testing.assert_allclose((mine["lon"] - lon0) * narrow, x[:, 0], atol=3.0)
        np.testing.assert_allclose((mine["lat"] - lat0) * METRES_PER_DEGREE, x[:, 2], atol=0.5)
        np.testing.assert_allclose(mine["east_mps"], x[:, 1], atol=0.2)
        np.testing.assert_allclose(mine["north_mps"], x[:, 3], atol=0.05)
        for name, there in (("var_p", cov[:, 0, 0]), ("cov_pv", cov[:, 0, 1]), ("var_v", cov[:, 1, 1])):
            np.testing.assert_allclose(mine[name], there, rtol=1e-6, atol=1e-9)


def test_at_the_equator_where_the_plane_is_flat_it_is_the_textbook_to_the_centimetre():
    craft = vessel(FERRY, (0.0, 0.0), ZIGZAG, (0.0, 600.0))
    mine = _points(told(craft), P)
    x, _ = textbook(mine)
    lon0, lat0 = mine["lon"][0], mine["lat"][0]

    back(mine, 1e9, 600.0)

    np.testing.assert_allclose((mine["lon"] - lon0) * METRES_PER_DEGREE, x[:, 0], atol=0.01)
    np.testing.assert_allclose((mine["lat"] - lat0) * METRES_PER_DEGREE, x[:, 2], atol=0.01)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_the_compiled_pass_is_plain_python(seed):
    rng = np.random.default_rng(seed)
    craft = told(vessel(FERRY, LYME_BAY, ZIGZAG, (0.0, 300.0)))
    compiled = _points(craft.take(np.sort(rng.choice(len(craft), 12, replace=False))), P)
    plain = compiled.copy()

    back(compiled, 30.0, 600.0)
    back.py_func(plain.view(np.recarray), 30.0, 600.0)

    for name in compiled.dtype.names:
        np.testing.assert_allclose(compiled[name], plain[name], rtol=1e-12, atol=1e-12)


def off_m(tracks, way):
    """Root mean square distance from the truth."""
    truth = motion_of(way, LYME_BAY, tracks.time_s - START_S)
    north = (tracks.lat_deg - truth["lat_deg"]) * METRES_PER_DEGREE
    east = (tracks.lon_deg - truth["lon_deg"]) * METRES_PER_DEGREE * np.cos(np.radians(tracks.lat_deg))
    return float(np.sqrt(np.mean(north**2 + east**2)))


@pytest.mark.parametrize("seed", range(5))
def test_smoothed_places_lie_nearer_to_the_truth_than_filtered_ones(seed):
    craft = vessel(FERRY + seed, LYME_BAY, ZIGZAG, (0.0, 1800.0))
    noisy = np.random.default_rng(seed).normal(0.0, 15.0, (2, len(craft))) / METRES_PER_DEGREE
    tracks = told(craft.replaced(lat_deg=craft.lat_deg + noisy[0], lon_deg=craft.lon_deg + noisy[1]))

    tracks = tracks.take((tracks.doubt & int(Doubt.POSITION_JUMP)) == 0)

    best = smoothed(tracks, P)

    assert off_m(best, ZIGZAG) < 0.9 * off_m(tracks, ZIGZAG)
    assert (best.sigma_m <= tracks.sigma_m + 1e-9).all()
    assert off_m(best, ZIGZAG) > 0.1 * GPS_NOISE_M


def test_all_tracks_at_once_are_each_track_by_itself(three):
    together = smoothed(three, P)

    np.testing.assert_array_equal(together.time_s, three.time_s)
    for entity in np.unique(three.entity):
        alone = smoothed(three.take(three.entity == entity), P)
        np.testing.assert_array_equal(together.lat_deg[together.entity == entity], alone.lat_deg)


def test_nothing_said_after_a_long_silence_or_a_leap_moves_what_was_before():
    first = vessel(FERRY, LYME_BAY, straight(6.0, 90.0, 0.0, 0.0), (0.0, 600.0))
    silent = vessel(FERRY, LYME_BAY, straight(6.0, 0.0, 0.0, 9000.0), (1800.0, 2100.0))
    leapt = vessel(FERRY, LYME_BAY, straight(6.0, 0.0, 9000.0, 9000.0), (605.0, 900.0))
    alone = smoothed(told(first), P)

    for after in (silent, leapt):
        both = smoothed(told(Reports.concat([first, after])), P)
        early = both.take(both.time_s < START_S + 600.0)
        assert len(both) > len(early)
        np.testing.assert_array_equal(early.lat_deg, alone.lat_deg)
        assert not (both.doubt & int(Doubt.POSITION_JUMP)).any()


def test_of_nothing_nothing_is_smoothed():
    assert len(smoothed(Tracks.empty(), P)) == 0
