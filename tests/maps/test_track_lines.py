"""Tracks on their way into a page, and back out of its columns."""

from __future__ import annotations

import numpy as np
import pytest
from map_making import CESSNA, FERRY, NOON_S, YACHT, sailed

from feeds.reports import Domain, Source, domains, entities
from fusion.tracks import Tracks
from maps.kinds import kind_of
from maps.layer import Scene
from maps.layers.tracks import LAYER
from maps.lines import UNSAID, columns, thinned


def lines_of(tracks: Tracks, budget: int = 100_000):
    return thinned(tracks, domains(tracks.entity) != Domain.AIS, budget)


def test_columns_read_back_give_the_positions_that_went_in(solent_tracks: Tracks) -> None:
    lines = lines_of(solent_tracks)
    wire = columns(lines)

    assert np.cumsum(wire["lat"]) * 1e-5 == pytest.approx(lines.tracks.lat_deg, abs=0.51e-5)
    assert np.cumsum(wire["time"]) / 10 + wire["epoch"] == pytest.approx(lines.tracks.time_s, abs=0.06)
    assert np.cumsum(wire["sog"]) * 0.01 == pytest.approx(lines.tracks.sog_mps, abs=0.0051)
    alt = np.cumsum(wire["alt"])
    assert (alt[np.isnan(lines.tracks.alt_m)] == UNSAID).all()
    assert wire["counts"].sum() == len(lines.tracks)


def test_every_kept_position_is_one_that_was_there(solent_tracks: Tracks) -> None:
    lines = lines_of(solent_tracks)
    before = set(zip(solent_tracks.track, solent_tracks.time_s, solent_tracks.lat_deg, strict=True))

    assert set(zip(lines.tracks.track, lines.tracks.time_s, lines.tracks.lat_deg, strict=True)) <= before
    assert lines.total == len(solent_tracks)
    assert len(lines.tracks) < len(solent_tracks)


def test_a_silence_breaks_a_line_and_an_aircraft_breaks_sooner(solent_tracks: Tracks) -> None:
    lines = lines_of(solent_tracks)
    per_track = np.bincount(lines.line_track)

    assert dict(zip(lines.ids.tolist(), per_track.tolist(), strict=True)) == {FERRY: 1, YACHT: 2, CESSNA: 1}
    sparse = solent_tracks.take(np.arange(len(solent_tracks)) % 10 == 0)  # 200 s apart
    assert np.bincount(lines_of(sparse).line_track).tolist() == [2, 1, 18]


def test_the_last_position_of_every_track_is_kept(solent_tracks: Tracks) -> None:
    for budget in (0, 100_000):
        lines = lines_of(solent_tracks, budget)
        last = lines.tracks.take(lines.last)
        assert last.track.tolist() == lines.ids.tolist()
        assert last.time_s == pytest.approx(NOON_S + 20 * 179)


def test_rows_without_a_place_or_a_time_are_left_out() -> None:
    track = sailed(FERRY, (50.0, -1.0), (50.1, -1.1))
    lat = track.lat_deg.copy()
    lat[3], time = np.nan, track.time_s.copy()
    time[5] = np.nan

    assert lines_of(track.replaced(lat_deg=lat, time_s=time)).total == 178


def test_no_line_crosses_the_world_at_the_date_line() -> None:
    track = sailed(FERRY, (0.0, 179.5), (0.0, 180.5))
    wrapped = track.replaced(lon_deg=np.where(track.lon_deg > 180, track.lon_deg - 360, track.lon_deg))

    lines = lines_of(wrapped)
    assert len(lines.line_track) == 2


def test_one_hull_with_two_names_is_one_track_with_two_subjects() -> None:
    track = sailed(FERRY, (50.0, -1.0), (50.1, -1.1))
    entity = np.where(np.arange(180) < 90, np.uint64(YACHT), np.uint64(FERRY))
    data = LAYER.data(Scene(track.replaced(entity=entity), {}, {}))

    assert data["subjects"] == [["mmsi:235012345", "mmsi:232005270"]]


@pytest.mark.parametrize(
    ("entity", "source", "says", "kind"),
    [
        (FERRY, Source.AIS_A, {"type": "60"}, "passenger"),
        (FERRY, Source.AIS_A, {"type": "79"}, "cargo"),
        (FERRY, Source.AIS_A, {"type": "30"}, "fishing"),
        (FERRY, Source.AIS_A, {"type": "52"}, "service"),
        (FERRY, Source.AIS_A, {"type": "Oil tanker"}, "tanker"),
        (FERRY, Source.AIS_A, {"type": "0"}, "vessel"),
        (FERRY, Source.AIS_A, {"type": "99999999999999999999"}, "vessel"),
        (FERRY, Source.AIS_A, {}, "vessel"),
        (FERRY, Source.AIS_ATON, {"type": "60"}, "station"),
        (FERRY, Source.AIS_SAR, {}, "aircraft"),
        (CESSNA, Source.ADSB, {"category": "A1"}, "aircraft"),
        (CESSNA, Source.ADSB, {"category": "A7"}, "rotorcraft"),
        (CESSNA, Source.ADSB, {"type": "Helicopter"}, "rotorcraft"),
        (int(entities(Domain.NON_ICAO, [1])[0]), Source.TISB, {}, "aircraft"),
    ],
)
def test_a_kind_is_what_a_thing_presents_itself_as(
    entity: int, source: Source, says: dict[str, str], kind: str
) -> None:
    assert kind_of(entity, source, says) == kind
