"""Dark transponder in the air: a light aircraft well inside coverage switches off at height, and flies on."""

from __future__ import annotations

from geo.airfields import OPEN
from headland.proving.mover_making import mover, planned
from headland.proving.mover_names import aircraft
from headland.proving.mover_staging import alarm, must_be_heard, silenced
from headland.proving.routes import RouteError
from headland.proving.routes_air import clear_of_ground, inbound, light_pace, strip_of
from headland.proving.truth import Scene
from headland.proving.world import Draw, Play, Range, World
from headland.proving.world_places import abroad, ahead, edge, field


def make(world: World, draw: Draw) -> Scene:
    """From over the sea or from over the edge towards an aerodrome; half of them are heard again."""
    strip, pace = strip_of(world, field(world, draw, OPEN, runway_m=450.0)), light_pace(draw)
    begin = abroad(world, draw) if draw.chance(0.5) else edge(world, draw, 5000.0)
    middle = ((begin[0] + strip.lat_deg) / 2, (begin[1] + strip.lon_deg) / 2)
    via = [ahead(middle, draw.between(0.0, 360.0), draw.between(1000.0, 10_000.0))]
    way = inbound(begin, strip, via, pace, draw("level_m"))
    moved, _ = planned(way, pace.craft)
    clear_of_ground(moved, [strip.along(0.0)])
    dark_s = 60.0 * draw("dark_min")
    # At height when it switches off, and not yet down when it might be heard again.
    high_s = float(moved.time_s[moved.alt_m > 0.9 * moved.alt_m[0]].max())
    room_s = min(high_s, float(moved.time_s[-1]) - dark_s - 600.0) - 480.0
    if room_s < 0:
        raise RouteError("a flight too short to go dark on")
    off_s = 480.0 + draw.between(0.0, room_s)
    back = draw.chance(0.5)
    begin_s = world.begin_for(draw, off_s - 480.0, off_s + dark_s)
    whole = mover(world, way, moved, aircraft(world, draw, "A1"), begin_s)
    span = begin_s + off_s, begin_s + off_s + dark_s
    must_be_heard(world, whole, span[0] - 300.0, span[1])
    made = silenced(whole, span[0], span[1] if back else whole.time_s[-1] + 1.0)
    return alarm(
        "dark_transponder",
        {pace.craft: made},
        span,
        f"in flight, switches off{' for a time' if back else ' for good'}",
    )


PLAY = Play(
    name="dark_aircraft",
    kind="dark_transponder",
    what="a light aircraft switches off in flight inside coverage, and flies on; half come back, ADS-B A1",
    make=make,
    needs=("adsb",),
    ranges={
        "level_m": Range(750.0, 1600.0, "m", "2,500 to 5,000 ft: not about to land"),
        "dark_min": Range(8.0, 25.0, "min", "more than a turn or a hill hides an aircraft for"),
    },
)
