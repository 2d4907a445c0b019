"""Flags, stores and channels for the tests of the desk."""

from dataclasses import replace

from alerts.channel import DeliveryFailed
from alerts.desk import Desk
from alerts.store import Store
from feeds.reports import entity_of
from fusion.flags import Flag, Reason, State, flag_id

NOW_S = 1_768_212_151.0
SHIP = entity_of("mmsi:235012345")
KENT = "Kent Police"


def kent_everywhere(lat_deg, lon_deg):
    """Everything south of 52 degrees is Kent's; the rest is nobody's."""
    return [(KENT,) if lat < 52 else () for lat in lat_deg]


def flag(start_s=NOW_S - 900, version=1, state=State.OPEN, **changes):
    """A loitering ship off Deal, in one version."""
    made = Flag(
        id=flag_id("loitering", (SHIP,), start_s),
        kind="loitering",
        subjects=(SHIP,),
        start_s=start_s,
        end_s=None if state is State.OPEN else start_s + 60.0 * version,
        raised_s=start_s + 600,
        lat_deg=51.2,
        lon_deg=1.5,
        score=round(0.5 + min(version, 40) / 100, 2),
        state=state,
        version=version,
        summary="mmsi:235012345 stayed within 400 m",
        reasons=(Reason("radius", 400.0, "m", 800.0), Reason("depth", float("nan"), "m", None)),
        pattern="loitering",
        pattern_version=1,
        parameters={"radius_m": 800.0},
    )
    return replace(made, **changes)


def history(start_s, versions, last):
    """The versions of one flag in order, the last in state `last`."""
    return [flag(start_s, n, last if n == versions else State.OPEN) for n in range(1, versions + 1)]


class Box:
    """A channel that keeps what it is given; it can be told to fail."""

    name = "box"

    def __init__(self, *recipients):
        self.to = recipients or ("desk",)
        self.got = []
        self.failing = set()

    def recipients(self, forces):
        return list(self.to)

    async def deliver(self, message, recipient, now_s):
        if recipient in self.failing:
            raise DeliveryFailed("told to fail")
        self.got.append((recipient, message.id))


def url(folder):
    return f"sqlite:///{folder}/alerts.db"


def desk_in(folder, *channels):
    """A desk on a real file, and its store."""
    store = Store.open(url(folder))
    return Desk(store, {channel.name: channel for channel in channels}, kent_everywhere), store
