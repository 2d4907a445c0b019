"""Makes the planted recording of the demo: `python headland/recordings/plant.py`.

A loitering vessel, a vessel that goes dark, a light aircraft that lands where
no field is; and, so that each is judged among others, a regatta of yachts and
two light aircraft that do nothing but fly along the coast. All of them move as
their craft can (`headland.proving.routes`), are heard by the virtual stations of
`stations.json` with a loss of some percent, and call themselves DEMO. The
draws are seeded: the same script makes the same bytes.

Out: `planted/planted.nmea.gz`, `planted/planted.csv.gz` (Mode S), and who is
planted and what each is to be flagged for, `planted/planted.json`. Time 0 is
the first second of the Solent recording.

The regatta is there because darkness is judged by coverage and by how many
tracks end in a water anyway: a hundred visits and more must have been seen. Its
course lies across a corner of the coverage cells, so that a lap is four visits.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from feeds.ais.writing import class_a_positions, class_b_positions
from feeds.ais.writing_bits import Sentences
from feeds.ais.writing_lines import tagged_lines
from feeds.ais.writing_statics import class_b_names, voyages
from feeds.modes.writing import airborne_positions, hexadecimal, identifications, velocities
from feeds.modes.writing_lines import HEADER, csv_lines
from geo.batch import Bools, Floats
from geo.geoid import undulation_m
from geo.units import KNOT_MPS
from headland.proving.mover_crafts import CRAFTS
from headland.proving.routes import Motion, Way, motion
from headland.recordings.hearing import (
    CLASS_A_ANTENNA_M,
    CLASS_A_M,
    CLASS_B_ANTENNA_M,
    CLASS_B_M,
    heard,
    stations,
)
from headland.recordings.meetings import meetings
from headland.recordings.strays import strays

HERE = Path(__file__).resolve().parent / "planted"
ZERO_S = 1_452_603_731.0
LAST_S = 5071.0
SEED = 20260112
AIS_LOSS, MODES_LOSS = 0.05, 0.7
GPS_NOISE_M = 3.0
METRES_PER_DEGREE = 111_195.0
NAMES_EVERY_S, CALLSIGN_EVERY_S = 360.0, 10.0
QNH_M = -40.0
"""What that day's pressure adds to a barometric altitude: 1008 hPa."""
REGATTA = (50.70, -0.90)
YACHTS = 24
DARK_S = 2730.0
"""When the second vessel is switched off: fourteen and a half minutes before the demo's present."""
LANDING = (50.725, -1.360)
LANDED_S = 3560.0


@dataclass(frozen=True)
class Cast:
    """One planted craft.

    Attributes:
        subject: as flags name it.
        moves: its true way, by demo seconds.
        flagged: the pattern that is to flag it; empty for ordinary traffic.
        off_s: when its transponder is switched off.
    """

    subject: str
    name: str
    moves: Motion
    note: str
    flagged: str = ""
    transponder: str = "B"
    off_s: float = LAST_S

    @property
    def number(self) -> int:
        """MMSI or ICAO24."""
        return int(self.subject.partition(":")[2], 16 if self.transponder == "ADSB" else 10)


def cast() -> list[Cast]:
    """Everybody."""
    return [
        *regatta(),
        loiterer(),
        dark(),
        visitor(),
        *coast_flights(),
        *(Cast(*each) for each in [*strays(), *meetings()]),
    ]


def regatta() -> Iterator[Cast]:
    """Yachts round four buoys a kilometre apart, the course across a corner of four coverage cells."""
    rng = np.random.default_rng(SEED)
    north, east = 0.5 / 111.195, 0.5 / (111.195 * np.cos(np.radians(REGATTA[0])))
    for k in range(YACHTS):
        spread = rng.uniform(0.85, 1.15, (2, 60))
        corner = (np.arange(60) + k) % 4
        lat = REGATTA[0] + north * np.array([1, 1, -1, -1])[corner] * spread[0]
        lon = REGATTA[1] + east * np.array([-1, 1, 1, -1])[corner] * spread[1]
        way = Way.through(lat, lon, speed_mps=rng.uniform(4.2, 4.9))
        moves = motion(way, CRAFTS["yacht"], -rng.uniform(20.0, 900.0))
        number = 232_999_100 + k
        yield Cast(f"mmsi:{number}", f"DEMO YACHT {k + 1}", moves, "ordinary: in a regatta off Selsey")


def loiterer() -> Cast:
    """A motor boat that comes in from the sea and stays off an empty beach, slowly to and fro."""
    rng = np.random.default_rng(SEED + 1)
    lat = [50.560, *(50.622 + rng.uniform(-0.0032, 0.0032, 60))]
    lon = [-1.580, *(-1.450 + rng.uniform(-0.005, 0.005, 60))]
    way = Way.through(lat, lon, speed_mps=np.array([9.0, 9.0, *rng.uniform(1.4, 2.0, 59)]))
    moves = motion(way, CRAFTS["motorboat"], 150.0)
    note = "stays off Brighstone Bay, slowly to and fro"
    return Cast("mmsi:232999001", "DEMO LOITERER", moves, note, "loitering")


def dark() -> Cast:
    """A fast boat from the south-east, making for the Solent; it is switched off in well heard water."""
    way = Way.through([50.620, 50.690, 50.665], [-0.660, -0.880, -1.030], speed_mps=12.9)
    moves = motion(way, CRAFTS["motorboat"], DARK_S - 1345.0)
    note = "goes dark off Selsey at 25 knots"
    return Cast("mmsi:232999002", "DEMO DARK", moves, note, "dark_transponder", "A", DARK_S)


def visitor() -> Cast:
    """A light aircraft from over the Channel, low, down into a field in the north-west of the island."""
    lat, lon = [49.950, 50.560, 50.660, 50.698, LANDING[0]], [-1.600, -1.445, -1.400, -1.377, LANDING[1]]
    way = Way.through(
        lat,
        lon,
        speed_mps=np.array([52.0, 52.0, 40.0, 34.0, 30.0]),
        alt_m=np.array([420.0, 420.0, 350.0, 280.0, 42.0]),
        alt_from_m=np.array([420.0, 420.0, 420.0, 350.0, 280.0]),
    )
    began = motion(way, CRAFTS["light"], 0.0)
    moves = began.replaced(time_s=began.time_s + LANDED_S - began.time_s[-1])
    note = "comes down off any field, near Newtown"
    # The hill below the station hides its last ten seconds.
    return Cast("icao24:43f001", "DEMO1", moves, note, "unscheduled_landing", "ADSB", LANDED_S - 10.0)


def coast_flights() -> Iterator[Cast]:
    """Two light aircraft on their way along the coast and back."""
    for k, (alt_m, speed_mps) in enumerate([(650.0, 54.0), (800.0, 61.0)]):
        turns = np.array([(50.79, -0.35), (50.70, -0.80), (50.64, -1.25), (50.69, -1.75)])
        laps = np.concatenate([turns, turns[-2:0:-1]])
        legs = np.roll(np.tile(laps, (6, 1)), -2 * k, axis=0)
        way = Way.through(legs[:, 0], legs[:, 1], speed_mps=speed_mps, alt_m=alt_m)
        moves = motion(way, CRAFTS["light"], -300.0 * k - 60.0)
        note = "ordinary: along the coast and back"
        yield Cast(f"icao24:43f00{k + 2}", f"DEMO{k + 2}", moves, note, transponder="ADSB")


def at(moves: Motion, time_s: Floats) -> dict[str, Floats]:
    """Where it is and how it goes at some times, by straight lines between knots. Shape: (n,)."""
    course = np.unwrap(np.radians(moves.cog_deg))
    found = {
        name: np.interp(time_s, moves.time_s, getattr(moves, name))
        for name in ("lat_deg", "lon_deg", "alt_m", "sog_mps", "climb_mps")
    }
    return found | {"cog_deg": np.degrees(np.interp(time_s, moves.time_s, course)) % 360.0}


def noisy(said: dict[str, Floats], rng: np.random.Generator) -> tuple[Floats, Floats]:
    """The places as satellite navigation has them. Shapes: (n,) x2."""
    north, east = rng.normal(0.0, GPS_NOISE_M, (2, len(said["lat_deg"]))) / METRES_PER_DEGREE
    return said["lat_deg"] + north, said["lon_deg"] + east / np.cos(np.radians(said["lat_deg"]))


def lifetime(each: Cast) -> tuple[float, float]:
    """When its transponder begins and ends to speak."""
    return max(0.0, float(each.moves.time_s[0])), min(each.off_s, float(each.moves.time_s[-1]), LAST_S)


def ais_times(each: Cast, rng: np.random.Generator) -> Floats:
    """When it reports: class B every 30 s, at rest 180 s; class A by its speed (M.1371-5). Shape: (n,)."""
    now_s, end_s = lifetime(each)
    now_s += rng.uniform(0.0, 10.0)
    times = []
    while now_s < end_s:
        times.append(now_s)
        knots = float(np.interp(now_s, each.moves.time_s, each.moves.sog_mps)) / KNOT_MPS
        class_a_s = 2.0 if knots > 23.0 else 6.0 if knots > 14.0 else 10.0
        class_b_s = (30.0 if knots > 2.0 else 180.0) + rng.uniform(-1.0, 1.0)
        now_s += class_a_s if each.transponder == "A" else class_b_s
    return np.array(times)


def reports(each: Cast, time_s: Floats, rng: np.random.Generator) -> Sentences:
    """Its position reports at these times. Shape: (n,)."""
    said = at(each.moves, time_s)
    mmsi = np.full(len(time_s), each.number)
    place = (mmsi, *noisy(said, rng), said["sog_mps"], said["cog_deg"], said["cog_deg"])
    second = np.floor(ZERO_S + time_s).astype(np.int64) % 60
    if each.transponder == "A":
        return class_a_positions(*place, 0, second, accurate=True)
    return class_b_positions(*place, second, accurate=True)


def statics(each: Cast, time_s: Floats) -> Sentences:
    """What it calls itself. Shapes: (n,), or (n, 2) for class A, whose message takes two sentences."""
    mmsi, name = np.full(len(time_s), each.number), np.full(len(time_s), each.name)
    return (
        voyages(mmsi, name, np.full(len(time_s), ""))
        if each.transponder == "A"
        else class_b_names(mmsi, name)
    )


def hears(kind: str, each: Cast, time_s: Floats, rng: np.random.Generator) -> Bools:
    """Which station hears it at each time, after losses. Shape: (n,) -> (n, stations)."""
    said = at(each.moves, time_s)
    if kind == "adsb":
        within = heard(kind, said["lat_deg"], said["lon_deg"], np.maximum(said["alt_m"], 1.0))
        return np.asarray(within & (rng.random(within.shape) >= MODES_LOSS))
    antenna_m, most_m = (
        (CLASS_A_ANTENNA_M, CLASS_A_M) if each.transponder == "A" else (CLASS_B_ANTENNA_M, CLASS_B_M)
    )
    within = heard(kind, said["lat_deg"], said["lon_deg"], antenna_m, most_m, adopted=False)
    return np.asarray(within & (rng.random(within.shape) >= AIS_LOSS))


def ais_lines(each: Cast, rng: np.random.Generator) -> Iterator[tuple[float, bytes]]:
    """Every line of a vessel with its time."""
    names = np.array([station["id"] for station in stations("ais")])
    moving_s = ais_times(each, rng)
    first_s, end_s = lifetime(each)
    told_s = np.arange(first_s + rng.uniform(15.0, 60.0), end_s, NAMES_EVERY_S)
    for time_s, sentences in ((moving_s, reports(each, moving_s, rng)), (told_s, statics(each, told_s))):
        row, ear = np.nonzero(hears("ais", each, time_s, rng))
        for i, k in zip(row, ear, strict=True):
            yield (
                float(time_s[i]),
                tagged_lines(sentences[i : i + 1], ZERO_S + time_s[i : i + 1], names[k : k + 1]),
            )


def modes_lines(each: Cast, rng: np.random.Generator) -> Iterator[tuple[float, bytes]]:
    """Every line of an aircraft with its time: positions and velocities twice a second each, most of them lost."""
    names = np.array([station["id"] for station in stations("adsb")])
    first_s, end_s = lifetime(each)
    time_s = np.arange(first_s, end_s, 0.5) + rng.uniform(0.0, 0.05)
    time_s = time_s[time_s < end_s]
    said, odd = at(each.moves, time_s), np.arange(len(time_s)) % 2
    address, (lat, lon) = np.full(len(time_s), each.number), noisy(said, rng)
    geoid_m = undulation_m(lat, lon)
    place = airborne_positions(address, lat, lon, said["alt_m"] - QNH_M, odd)
    speed = velocities(address, said["sog_mps"], said["cog_deg"], said["climb_mps"], QNH_M + geoid_m)
    name = identifications(address, np.full(len(address), each.name), "A1")
    told = time_s % CALLSIGN_EVERY_S < 0.5
    for later_s, frames, sent in ((0.0, place, time_s >= 0), (0.2, speed, time_s >= 0), (0.4, name, told)):
        row, ear = np.nonzero(hears("adsb", each, time_s, rng) & sent[:, None])
        digits = hexadecimal(frames)
        for i, k in zip(row, ear, strict=True):
            when_s = time_s[i : i + 1] + later_s
            yield float(when_s[0]), csv_lines(digits[i : i + 1], ZERO_S + when_s, names[k : k + 1])


def main() -> None:
    """Write both recordings and the list of those in them."""
    HERE.mkdir(exist_ok=True)
    ais: list[tuple[float, bytes]] = []
    modes: list[tuple[float, bytes]] = []
    everybody = cast()
    for each in everybody:
        rng = np.random.default_rng([SEED, each.number])
        if each.transponder == "ADSB":
            modes += modes_lines(each, rng)
        else:
            ais += ais_lines(each, rng)
    for name, head, lines in (("planted.nmea.gz", b"", ais), ("planted.csv.gz", HEADER, modes)):
        data = head + b"".join(line for _, line in sorted(lines))
        (HERE / name).write_bytes(gzip.compress(data, 9, mtime=0))
        print(f"{name}: {len(lines):,} lines")
    listed = [
        {"subject": each.subject, "name": each.name, "flagged": each.flagged or None, "note": each.note}
        for each in {each.subject: each for each in everybody}.values()  # two may bear one number
    ]
    text = ",\n".join(f"  {json.dumps(each)}" for each in listed)
    (HERE / "planted.json").write_text(f"[\n{text}\n]\n", "utf-8")


if __name__ == "__main__":
    main()
