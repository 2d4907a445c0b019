"""What the decoder remembers depends on what was sent, not on cuts, clocks, compilers or floods."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from modes_making import START, all_call, batch, flight, on_ground, reply, squitter, times

from feeds.format import Reading
from feeds.inputs import Input
from feeds.modes.decoder import ModesDecoder
from feeds.modes.memory import FRAMES_KEPT
from feeds.rejects import Rejects
from feeds.reports import Said
from geo.stations import StationNames
from hardware.frames import Frames

ROOT = Path(__file__).resolve().parent.parent.parent
SHOREHAM = (50.8356, -0.2972)


def _said(frames: Frames, rejects: Rejects | None = None) -> Said:
    return ModesDecoder(rejects or Rejects()).step(frames)


def _fingerprint(parts: list[Said]) -> str:
    said = Said.concat(parts)
    digest = hashlib.sha256()
    for noun in (said.reports, said.identities):
        for name, values in noun.columns().items():
            flat = values if isinstance(values, np.ndarray) else values.values
            digest.update(name.encode() + flat.tobytes())
    return digest.hexdigest()


def _mixture() -> Frames:
    """A day at an aerodrome in 1,500 frames: two aircraft, a false address, taxiing, repeats, late and wrong times."""
    rng = np.random.default_rng(7)
    frames = list(zip(times(400), flight(50.0, -1.0, 400), strict=True))
    frames += zip(times(300, START + 40), flight(52.0, 1.0, 300), strict=True)
    taxi = [squitter(on_ground(*SHOREHAM, i % 2), 0x400123) for i in range(200)]
    frames += zip(times(200, step=1.0), taxi, strict=True)
    frames += zip(times(300), [reply(20, 0x990 + i, 0x400ABC) for i in range(300)], strict=True)
    frames += [(time + rng.uniform(0, 0.7), frame) for time, frame in frames[::5]]
    frames += [(START + 9e8 * rng.random(), frame) for _, frame in frames[::40]]
    frames += [(START, bytes(rng.integers(0, 256, 14, np.uint8).tolist())) for _ in range(30)]
    frames.sort(key=lambda row: row[0] + rng.uniform(0, 0.4))
    return batch([frame for _, frame in frames], [time for time, _ in frames])


@pytest.mark.parametrize("absurd", [np.nan, np.inf, -np.inf, -1.0, 1e300, START + 6e7, 0.0])
def test_no_time_however_absurd_disturbs_what_is_known_of_others_or_for_long_of_itself(absurd: float) -> None:
    decoder = ModesDecoder(Rejects())
    decoder.step(batch(flight(50.7, -1.3, 6) + flight(51.7, -1.3, 6, 0x400DEF), times(6) * 2))
    decoder.step(batch(flight(40.0, 5.0, 8), [absurd] * 8))
    said = decoder.step(
        batch([flight(50.7, -1.3, 7)[6], flight(51.7, -1.3, 7, 0x400DEF)[6]], [START + 3, START + 3])
    )

    assert said.reports.lat_deg == pytest.approx([50.7, 51.7], abs=1e-3)


def test_late_frames_within_a_few_seconds_are_placed_where_they_were_sent() -> None:
    sent, sent_s = flight(50.7, -1.3, 40), times(40)
    order = np.argsort(np.arange(40) + np.random.default_rng(3).uniform(0, 6, 40))
    said = _said(batch([sent[i] for i in order], [sent_s[i] for i in order]))
    east = said.reports.lon_deg[np.argsort(order)]

    placed = ~np.isnan(east)
    assert placed.sum() >= 38
    expected = -1.3 + 60 / 111_195 / np.cos(np.radians(50.7)) * np.arange(40)
    assert east[placed] == pytest.approx(expected[placed], abs=1e-4)


@pytest.mark.parametrize("cut", [1, 7, 1000])
def test_how_the_stream_is_cut_changes_nothing(cut: int) -> None:
    frames = _mixture()
    if cut == 1:
        frames = frames.take(np.arange(600))
    whole, pieces = Rejects(), Rejects()
    decoder = ModesDecoder(pieces)
    starts = range(0, len(frames), cut)
    parts = [decoder.step(frames.take(np.arange(start, min(start + cut, len(frames))))) for start in starts]

    assert _fingerprint(parts) == _fingerprint([_said(frames, whole)])
    assert pieces.counts == whole.counts


@pytest.mark.recording
def test_how_a_real_recording_is_cut_changes_nothing(recordings: Path) -> None:
    path = recordings / "adsb" / "traffic_tutorial_BAW3AK_LFBO-EGLL.jsonl.gz"
    frames = Frames.concat(list(Input(str(path)).read(Reading(StationNames(), Rejects()))))
    frames = frames.take(np.arange(20_000))
    decoder = ModesDecoder(Rejects())
    cuts = np.sort(np.random.default_rng(5).integers(0, 20_000, 200))
    parts = [decoder.step(frames.take(rows)) for rows in np.split(np.arange(20_000), cuts)]

    assert _fingerprint(parts) == _fingerprint([_said(frames)])


def test_compiled_and_plain_python_say_the_same_to_the_last_bit() -> None:
    script = (
        "import sys; sys.path[:0] = ['tests', 'tests/feeds']\n"
        "import test_modes_memory as t\n"
        "print(t._fingerprint([t._said(t._mixture())]))"
    )
    plain = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert plain.stdout.strip() == _fingerprint([_said(_mixture())])


def test_senders_unheard_for_long_are_forgotten_however_the_stream_is_cut() -> None:
    head = batch(flight(50.7, -1.3, 6), times(6))
    filler = batch([all_call(0x3C0000)]).take(np.zeros(FRAMES_KEPT + 10, np.int64))
    after = batch([flight(50.7, -1.3, 7)[6]], [START + 3])
    at_once = _said(Frames.concat([head, filler, after]))
    decoder = ModesDecoder(Rejects())
    parts = [decoder.step(part) for part in (head, filler, after)]

    assert np.isnan(at_once.reports.lat_deg[-1])
    assert _fingerprint(parts) == _fingerprint([at_once])
    assert len(decoder.memory) <= 2


def test_a_flood_of_invented_aircraft_is_forgotten_again() -> None:
    decoder = ModesDecoder(Rejects())
    flood = [all_call(address) for address in range(1000)]
    decoder.step(batch(flood, [START] * 1000))
    assert len(decoder.memory) == 1000
    slots = len(decoder.memory.heard_row)
    decoder.step(batch([all_call(0x3C0000)]).take(np.zeros(FRAMES_KEPT + 60_000, np.int64)))
    assert len(decoder.memory) == 1
    decoder.step(batch([all_call(address) for address in range(2000, 2900)], [START] * 900))

    assert len(decoder.memory.heard_row) == 2 * slots  # doubled once, by the first sender after the flood
