"""Places that a network computed are taken, or left out and counted, as the settings say."""

import io

import orjson
import pytest

from feeds.decoder import MLAT_REFUSED, Decoder
from feeds.format import Reading, formats
from feeds.rejects import Rejects
from feeds.reports import Said, Source
from geo.container import Tree
from geo.kept import MismatchError
from geo.stations import StationNames
from hardware.frames import Frames

NOW = 1_765_584_000.0
AIRCRAFT = [
    {"hex": "400abc", "flight": "GABCD", "lat": 50.7, "lon": -1.3, "seen": 0, "seen_pos": 0, "type": "mlat"},
    {
        "hex": "400def",
        "flight": "GDEFG",
        "lat": 50.8,
        "lon": -1.3,
        "seen": 0,
        "seen_pos": 0,
        "type": "adsb_icao",
    },
]
SNAPSHOT = orjson.dumps({"now": NOW, "aircraft": AIRCRAFT})
SBS = b"".join(
    b"%s,3,1,1,%s,1,2026/11/22,16:30:00.123,2026/11/22,16:30:00.151,,20575,,,36.99,13.84,,,0,0,0,0\n" % row
    for row in ((b"MLAT", b"400ABC"), (b"MSG", b"400DEF"))
)


def _step(name: str, data: bytes, *, mlat: bool) -> tuple[Said, Rejects]:
    reading = Reading(StationNames(), Rejects(), station="cliff")
    told = Said.concat(list(formats()[name].read(io.BytesIO(data), reading)))
    decoder = Decoder(reading.rejects, reading.names, mlat=mlat)
    return decoder.step(Frames.empty(), told), reading.rejects


@pytest.mark.parametrize(("name", "data"), [("aircraft-json", SNAPSHOT), ("sbs", SBS)])
def test_what_multilateration_computed_is_left_out_where_the_settings_refuse_it(
    name: str, data: bytes
) -> None:
    taken, _ = _step(name, data, mlat=True)
    left, rejects = _step(name, data, mlat=False)

    assert sorted(taken.reports.source.tolist()) == sorted({int(Source.MLAT), int(Source.ADSB_TABLE)})
    assert left.reports.source.tolist() == [Source.ADSB_TABLE]
    assert left.identities.callsign.tolist() == taken.identities.callsign.tolist()
    assert rejects.counts == {(MLAT_REFUSED, "cliff"): 1}


def test_a_setting_changed_while_running_holds_from_then_on_and_is_no_other_s_checkpoint() -> None:
    decoder = Decoder(Rejects(), StationNames())
    state: Tree = decoder.state()
    decoder.retune(60.0, 20_000, mlat=False)

    with pytest.raises(MismatchError, match=r"feeds\.mlat was True and is False"):
        decoder.restore(state)
