"""How near to the truth tracks are, beside Stone Soup's Kalman filter, and whether turn models would help.

    python benchmarks/bench_accuracy.py [--out FILE.md] [--quick]

All trackers are given the same reports in the same order, with the same noise.
Of each craft every fifth report is held out; each tracker says where it will
be, and is off by so much. In made worlds the truth is known, in the recording
the reports themselves, those held out included, stand for it. Errors in metres.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
from accuracy_material import AIRCRAFT, VESSELS, Case, made, recorded
from accuracy_models import COAST_S, CONSTANT, QUIET_AND_LIVELY, TURNING, Craft, ahead, plane
from accuracy_peers import kalman, metrics

from feeds.reports import Domain, Reports, domains
from fusion.ingest import ingest, tuned
from fusion.parameters import EngineParameters
from fusion.records import FIX
from fusion.rows import packed
from fusion.state import Table

ROOT = Path(__file__).parents[1]
RECORDINGS = ROOT / "headland" / "recordings"
OURS, SAME, PLACES = "Headland", "Stone Soup KF", "Stone Soup KF, places only"
MODELS = ("constant velocity, plain", "IMM, quiet and lively", "IMM, straight and turns")
GRID_S, GRID_AGE_S, GAP_S = 30.0, 200.0, 60.0
WILD_M = 10_000.0
"""Farther off than this from what anybody expected a report is an error, and no measure of a tracker."""
TURN_DEG, TURN_S, MOVING_MPS = 10.0, {"vessel": 60.0, "aircraft": 20.0}, 1.5


def crafts(case: Case) -> dict[int, tuple[Craft, np.ndarray, tuple[float, float]]]:
    """Each craft in its own plane, its rows in the case, and the middle of the plane."""
    out, r = {}, case.reports
    for entity in np.unique(r.entity):
        rows = np.flatnonzero(r.entity == entity)
        if np.isfinite(r.lat_deg[rows]).sum() < 20:
            continue
        middle = float(np.nanmedian(r.lat_deg[rows])), float(np.nanmedian(r.lon_deg[rows]))
        east, north = plane(r.lat_deg[rows], r.lon_deg[rows], middle)
        lat = r.lat_deg[rows]
        near = np.interp(r.time_s[rows], r.time_s[rows][np.isfinite(lat)], lat[np.isfinite(lat)])
        wide = np.cos(np.radians(middle[0])) / np.cos(np.radians(near))
        course = np.radians(r.cog_deg[rows])
        out[int(entity)] = (
            Craft(
                time_s=r.time_s[rows],
                east=east,
                north=north,
                east_mps=r.sog_mps[rows] * np.sin(course) * wide,
                north_mps=r.sog_mps[rows] * np.cos(course),
                noise_var=case.noise_var[rows],
                density=float(case.density[rows[0]]),
                given=~case.held[rows],
            ),
            rows,
            middle,
        )
    return out


def our_states(given: Reports, entity: int, craft: Craft, middle: tuple[float, float]) -> np.ndarray:
    """What the engine's own loop expected at each report and believed after it. Shape: (n, 2, 4)."""
    mine = packed(given.take(given.entity == np.uint64(entity)))
    table, tuning = Table.empty(1), tuned(EngineParameters())
    table.admit(np.array([entity], np.uint64), mine.time_s[:1])
    after = np.zeros(len(mine.row), table.state.dtype)
    for k in range(len(mine.row)):
        ingest(table.state, table.history, mine.row[k : k + 1], mine.stations, tuning, np.zeros(1, FIX))
        after[k] = table.state[0]
    east, north = plane(after["lat"], after["lon"], middle)
    wide = np.cos(np.radians(middle[0])) / np.cos(np.radians(after["lat"]))
    x = np.stack([east, after["east_mps"] * wide, north, after["north_mps"]], axis=1)
    out = np.full((len(craft.time_s), 2, 4), np.nan)
    for which, side in ((0, "left"), (1, "right")):
        at = np.searchsorted(mine.time_s, craft.time_s, side=side) - 1
        # As the peers: nothing is expected after a longer silence, and nothing is believed anew where nothing was given.
        fresh = (at >= 0) & (craft.time_s - mine.time_s[at] <= COAST_S)
        some = np.flatnonzero(fresh & (craft.given | (which == 0)))
        out[some, which] = reckoned(x[at[some]], craft.time_s[some] - after["state_s"][at[some]])
    return out


def reckoned(x: np.ndarray, seconds: np.ndarray) -> np.ndarray:
    """States moved on at their velocities. Shapes: (n, 4), (n,) -> (n, 4)."""
    moved = x.copy()
    moved[:, 0] += x[:, 1] * seconds
    moved[:, 2] += x[:, 3] * seconds
    return moved


def turning(craft: Craft, kind: str) -> np.ndarray:
    """Which reports come while the craft turns, by its own word. Shape: (n,)."""
    known = np.flatnonzero(np.isfinite(craft.east_mps))
    if not len(known):
        return np.zeros(len(craft.time_s), np.bool_)
    now = known[np.clip(np.searchsorted(known, np.arange(len(craft.time_s)), side="right") - 1, 0, None)]
    before = known[
        np.clip(np.searchsorted(craft.time_s[known], craft.time_s - TURN_S[kind]), 0, len(known) - 1)
    ]
    course = np.degrees(np.arctan2(craft.east_mps, craft.north_mps))
    turn = np.abs((course[now] - course[before] + 540.0) % 360.0 - 180.0)
    return (turn > TURN_DEG) & (np.hypot(craft.east_mps, craft.north_mps)[now] > MOVING_MPS)


def measured(case: Case) -> dict[str, object]:
    """Everything of one case: errors by tracker, and states for the metrics."""
    errors, states, given, set_aside = {}, {}, case.given, 0
    for entity, (craft, rows, middle) in crafts(case).items():
        kind = "vessel" if domains(np.array([entity], np.uint64))[0] == Domain.AIS else "aircraft"
        models = (CONSTANT, QUIET_AND_LIVELY, TURNING[kind])
        told = {
            OURS: our_states(given, entity, craft, middle),
            SAME: kalman(craft, velocities=True),
            PLACES: kalman(craft, velocities=False),
        } | {name: ahead(craft, each) for name, each in zip(MODELS, models, strict=True)}
        truth = plane(case.truth_lat[rows], case.truth_lon[rows], middle)
        turns = turning(craft, kind)
        known = np.all([np.isfinite(x[:, 0, 0]) for x in told.values()], axis=0) & np.isfinite(craft.east)
        nearest = [np.hypot(x[:, 0, 0] - craft.east, x[:, 0, 2] - craft.north) for x in told.values()]
        wild = known & ~craft.given & (np.min(nearest, axis=0) > WILD_M)
        set_aside += int(wild.sum())
        for name, x in told.items():
            off = np.hypot(x[:, 0, 0] - craft.east, x[:, 0, 2] - craft.north)
            after = np.hypot(x[:, 1, 0] - truth[0], x[:, 1, 2] - truth[1])
            held = known & ~craft.given & ~wild
            kept = errors.setdefault(name, {"all": [], "turning": [], "straight": [], "after": []})
            kept["all"].append(off[held])
            kept["turning"].append(off[held & turns])
            kept["straight"].append(off[held & ~turns])
            kept["after"].append(after[known & craft.given & np.isfinite(after)])
            states.setdefault(name, {})[entity] = (craft, x[:, 1], truth, middle)
    return {
        "errors": {
            name: {part: np.concatenate(each) for part, each in kept.items()} for name, kept in errors.items()
        },
        "states": states,
        "set_aside": set_aside,
    }


def on_grid(case: Case, states: dict[int, tuple]) -> tuple[dict, dict]:
    """Believed and true states of all craft on one grid of times, in one plane."""
    r = case.reports
    middle = float(np.nanmedian(r.lat_deg)), float(np.nanmedian(r.lon_deg))
    believed, truth = {}, {}
    grid = np.arange(np.ceil(r.time_s.min() / GRID_S) * GRID_S, r.time_s.max(), GRID_S)
    for entity, (craft, x, true, centre) in states.items():
        placed = np.isfinite(craft.east)
        east, north = true if np.isfinite(true[0]).any() else (craft.east, craft.north)
        fine = placed & np.isfinite(east)
        t = craft.time_s[fine]
        at = np.searchsorted(t, grid, side="right")
        inside = (at > 0) & (at < len(t))
        inside[inside] = t[at[inside]] - t[at[inside] - 1] <= GAP_S
        own = np.flatnonzero(np.isfinite(x[:, 0]))
        last = np.searchsorted(craft.time_s[own], grid, side="right") - 1
        inside &= last >= 0
        inside[inside] = (grid[inside] - craft.time_s[own[last[inside]]]) <= GRID_AGE_S
        if inside.sum() < 2:
            continue
        shift = plane(np.array([centre[0]]), np.array([centre[1]]), middle)
        there = np.stack([np.interp(grid, t, east[fine]), np.interp(grid, t, north[fine])])
        speed = np.gradient(there, grid, axis=1)
        true_x = np.stack([there[0] + shift[0], speed[0], there[1] + shift[1], speed[1]], axis=1)
        own_x = reckoned(x[own[last[inside]]], grid[inside] - craft.time_s[own[last[inside]]])
        own_x[:, [0, 2]] += np.array([shift[0][0], shift[1][0]])
        # Stone Soup asks a track for its state at every time between its first and its last.
        piece = np.cumsum(np.diff(grid[inside], prepend=grid[inside][0]) > 1.5 * GRID_S)
        for each in np.unique(piece):
            mine = piece == each
            if mine.sum() < 2:
                continue
            times = grid[inside][mine] - grid[0]
            believed[f"{entity}/{each}"] = (times, own_x[mine])
            truth[f"{entity}/{each}"] = (times, true_x[inside][mine])
    return believed, truth


def rms(values: np.ndarray) -> float:
    """Root mean square; NaN of nothing."""
    return float(np.sqrt(np.mean(values**2))) if len(values) else np.nan


def told(case: Case) -> str:
    """Tables of one case, as Markdown."""
    found = measured(case)
    errors = found["errors"]
    count, wild = len(errors[OURS]["all"]), found["set_aside"]
    aside = f"; {wild} more, wrong by more than {WILD_M / 1000.0:.0f} km, set aside" if wild else ""
    lines = [
        f"### {case.name}",
        "",
        f"{len(found['states'][OURS])} craft, {count} reports held out{aside}.",
        "",
    ]
    lines += [
        "| tracker | expected, off by: rms | median | 95 % | turning, rms | straight, rms | filtered, rms |"
    ]
    lines += ["|---|---|---|---|---|---|---|"]
    for name, kept in errors.items():
        off = kept["all"]
        values = [rms(off), np.median(off), np.percentile(off, 95)]
        values += [rms(kept["turning"]), rms(kept["straight"]), rms(kept["after"])]
        lines.append(f"| {name} | " + " | ".join("" if np.isnan(v) else f"{v:.2f}" for v in values) + " |")
    return "\n".join([*lines, "", *metric_lines(case, found["states"]), ""])


def metric_lines(case: Case, states: dict[str, dict]) -> list[str]:
    """GOSPA, OSPA and SIAP of ours and of Stone Soup's filter."""
    table = {name: metrics(*on_grid(case, states[name])) for name in (OURS, SAME, PLACES)}
    names = list(table[OURS])
    lines = ["| metric | " + " | ".join(table) + " |", "|---|" + "---|" * len(table)]
    return lines + [
        f"| {name} | " + " | ".join(f"{table[each][name]:.3f}" for each in table) + " |" for name in names
    ]


def main() -> None:
    """Measure, and print the tables or put them into a page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--quick", action="store_true", help="the made worlds only, half an hour of each")
    asked = parser.parse_args()
    hours = 0.5 if asked.quick else 1.6
    cases: list[Case] = []
    if not asked.quick:
        cases += [
            recorded("The recorded Solent", [RECORDINGS / "solent" / "SolentAIS_20160112_130211.csv.gz"]),
            recorded("A recorded airliner", [RECORDINGS / "baw3ak" / "tutorial.jsonl.gz"]),
        ]
    cases += [
        made("Ships of a made world", VESSELS, hours),
        made("Aircraft of a made world", AIRCRAFT, hours),
    ]
    tables = []
    for case in cases:
        tables.append(told(case))
        sys.stdout.write(tables[-1] + "\n")
        sys.stdout.flush()
    text = "\n".join(tables)
    if asked.out:
        begin, end = "<!-- measured -->", "<!-- /measured -->"
        old = asked.out.read_text(encoding="utf-8")
        head, tail = old.split(begin)[0], old.split(end)[1]
        asked.out.write_text(f"{head}{begin}\n\n{text}\n{end}{tail}", encoding="utf-8")


if __name__ == "__main__":
    main()
