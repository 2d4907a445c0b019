"""Behaviours planted into a real recording, as its own stations would have heard them.

In: recordings of raw AIS or Mode S, and a scenario whose behaviours are wanted; its area, span,
stations and lives are the recording's. Out: the recording's frames and the planted ones
together, in order of time, as `ais.nmea` and `modes.csv`, with the truth about what was planted.

Planted craft bear numbers that the recording does not hold. A behaviour for which the
recording has no room, because it is too short or nobody hears there, is left out and
named. What in the recording could not be read is counted, and is not in what is written.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from feeds.decoder import Decoder
from feeds.reports import NUMBER_MASK, Domain, Reports, domains
from geo.batch import Floats
from geo.coast import coast
from geo.stations import Stations, load_stations
from hardware.frames import Frames
from hardware.virtual.hearing import Air, Heard, frames_of, hear
from headland.errors import GivenFileError
from headland.options import ReplayOptions
from headland.proving.injection_reach import LEAST_POSITIONS, Ear, LearnedReach, ears_of
from headland.proving.mover_jamming import jammed
from headland.proving.playing import WINDOW_S, antennas_of
from headland.proving.routes_water import Area, Waters
from headland.proving.scenario import Scenario
from headland.proving.simulate import Progress, summary, write_truth
from headland.proving.transmitting import Transmissions
from headland.proving.transmitting_rates import Rates
from headland.proving.truth import Scene
from headland.proving.wire_files import STATIONS_FILE, write_wire_files
from headland.proving.world import UnfitError, Weather, World, behaviours, played, stream
from headland.proving.world_reach import Station
from headland.recorded import Recorded, read_recorded

MIDDLE = (0.01, 0.99)
"""The area is that of all positions but the outermost hundredth: one false position would stretch it."""
MARGIN_DEG = 0.03
MOST_DEG = (1.6, 2.6)
COAST_M = 60_000.0
UNKNOWN_COAST = (
    "most of its vessels are far from any coast that Headland knows, so no vessel can be planted there"
)


def inject(
    scenario: Scenario, recordings: Sequence[str], out: Path, stations: Path | None, options: ReplayOptions
) -> dict[str, Any]:
    """Plant a scenario's behaviours into recordings; write everything into `out`.

    Returns:
        What was planted, what was left out and why, lines by file, and what could not be read.

    Raises:
        GivenFileError: nothing raw in the recordings, or nothing of what is asked for can be planted.
        InputError: a recording cannot be read.
        OSError: `out` cannot be written.
    """
    recorded = read_recorded(recordings, options)
    if not isinstance(recorded, Recorded) or not len(recorded.frames):
        raise GivenFileError(
            f"{recordings[0]}: behaviours are planted into raw AIS or Mode S, and there is none"
        )
    known = load_stations(stations, recorded.names) if stations else Stations.empty()
    reports = _decoded(recorded)
    ears = ears_of(reports, recorded.names, known)
    if not ears:
        raise GivenFileError(f"{recordings[0]}: too few positions to learn from what its stations hear")
    world = _world(scenario, reports, ears)
    scene, left_out = _planted(world, scenario, ears, reports, options.progress)
    if not scene.alarm:
        reasons = "; ".join(f"{name}: {reason}" for name, reason in left_out.items())
        raise GivenFileError(
            f"{recordings[0]}: nothing could be planted: {reasons or 'no behaviour is asked for'}"
        )
    out.mkdir(parents=True, exist_ok=True)
    frames = _merged(recorded.frames, list(_heard(scene, scenario, ears)))
    stands = _all_stations(recorded, ears)
    lines = write_wire_files([frames], antennas_of(stands), out)
    # What was learned of a station is a guess, and no station's place.
    (out / STATIONS_FILE).write_bytes(stations.read_bytes() if stations else b"[]\n")
    write_truth(scene, scenario.model_copy(update={"lives": {}}), out)
    return summary(scene, lines) | {"left_out": left_out, "not_read": recorded.rejects.total()}


def _decoded(recorded: Recorded) -> Reports:
    decoder = Decoder(recorded.rejects, recorded.names)
    parts = [decoder.step(window[1]).reports for window in recorded.windows()]
    decoder.finish()
    return Reports.concat(parts)


def _world(scenario: Scenario, reports: Reports, ears: tuple[Ear, ...]) -> World:
    """The recording as a world: its span, the box of its positions, what its ears hear."""
    placed = reports.take(np.isfinite(reports.lat_deg) & np.isfinite(reports.lon_deg))
    # Ships say where the coast is; aircraft are heard from far inland and far out.
    vessels = placed.take(domains(placed.entity) == Domain.AIS)
    some = vessels if len(vessels) else placed
    # A flight from far away is a world where its coast is ours.
    ours = coast().within_m(some.lat_deg, some.lon_deg, COAST_M)
    some = some.take(ours) if ours.sum() >= LEAST_POSITIONS else some
    south, north = _spread(some.lat_deg, MOST_DEG[0])
    west, east = _spread(some.lon_deg, MOST_DEG[1])
    area = Area(south, west, north, east)
    return World(
        area=area,
        start_s=float(np.ceil(np.nanmin(reports.time_s))),
        end_s=float(np.floor(np.nanmax(reports.time_s))),
        waters=Waters(area),
        reach=LearnedReach(ears),
        weather=Weather.drawn(stream(scenario.seed, "weather", 0)),
        taken={int(entity) & NUMBER_MASK for entity in np.unique(reports.entity).tolist()},
    )


def _spread(degrees: Floats, most_deg: float) -> tuple[float, float]:
    """From where to where the middle of some places lies, with a margin, and no wider than the water grid can be."""
    low, high = np.quantile(degrees, MIDDLE)
    middle, half = (low + high) / 2, min((high - low) / 2 + MARGIN_DEG, most_deg / 2)
    return float(middle - half), float(middle + half)


def _planted(
    world: World, scenario: Scenario, ears: tuple[Ear, ...], reports: Reports, progress: Progress
) -> tuple[Scene, dict[str, str]]:
    """Every behaviour that finds room, and why the others did not."""
    kinds = {ear.station.kind for ear in ears}
    strange = "ais" in kinds and not _near_known_coast(reports)
    scenes, left_out = [], {}
    for name, count in sorted(scenario.behaviours.items()):
        play = behaviours()[name]
        progress("planting", math.nan)
        missing = [kind for kind in play.needs if kind not in kinds]
        if missing:
            left_out[name] = f'the recording has no "{missing[0]}"'
        elif strange and "ais" in play.needs:
            left_out[name] = UNKNOWN_COAST
        else:
            for number in range(count):
                try:
                    scenes.append(played(world, play, scenario.seed, number))
                except UnfitError as error:
                    left_out[name] = str(error)
    whole = Scene.joined(scenes)
    return replace(whole, movers=tuple(jammed(each, whole.jams) for each in whole.movers)), left_out


def _near_known_coast(reports: Reports) -> bool:
    vessels = (domains(reports.entity) == Domain.AIS) & np.isfinite(reports.lat_deg)
    rows = np.flatnonzero(vessels)[:: max(int(vessels.sum()) // 500, 1)]
    lat, lon = reports.lat_deg[rows], reports.lon_deg[rows]
    return bool(coast().within_m(lat, lon, COAST_M).mean() > 0.5)


def _heard(scene: Scene, scenario: Scenario, ears: tuple[Ear, ...]) -> Iterator[Frames]:
    """What the ears hear of the planted movers: radio's laws, and no further than they heard anybody that way."""
    sent = Transmissions(scene.movers, scenario.seed, rates=Rates(adsb_thinning=1.0))
    plain = antennas_of(ear.station for ear in ears)
    antennas = [replace(antenna, quality=ear.quality) for antenna, ear in zip(plain, ears, strict=True)]
    air = Air(seed=scenario.seed, epoch_s=sent.start_s)
    for window in range(math.floor(sent.start_s / WINDOW_S), math.ceil(sent.end_s / WINDOW_S)):
        emissions = sent.between(window * WINDOW_S, (window + 1) * WINDOW_S)
        for antenna, ear in zip(antennas, ears, strict=True):
            heard: Heard = hear(emissions, [antenna], air)
            inside = ear.within(emissions.lat_deg[heard.row], emissions.lon_deg[heard.row])
            yield frames_of(emissions, heard.take(inside))


def _merged(recorded: Frames, planted: list[Frames]) -> Frames:
    """All frames by time; stable, so that the sentences of a message stay in their order."""
    frames = Frames.concat([recorded.take(np.isfinite(recorded.time_s)), *planted])
    return frames.take(np.argsort(frames.time_s, kind="stable"))


def _all_stations(recorded: Recorded, ears: tuple[Ear, ...]) -> list[Station]:
    """A station for every name of the recording, for the writer of lines must know them all."""
    heard = {ear.station.id: ear.station for ear in ears}
    return [heard.get(name, Station(name, 0.0, 0.0, 0.0, "ais")) for name in recorded.names.known()]
