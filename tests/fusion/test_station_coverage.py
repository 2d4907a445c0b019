"""What each station hears of one aircraft, counted report by report and not tick by tick."""

import numpy as np

from feeds.reports import Domain, Identities, Reports, Said, Source, entities
from fusion.engine import Engine
from geo.batch import Ragged

START_S = 1_717_664_400.0
NEAR, FAR = 11, 22


def test_a_station_that_hears_every_fourth_report_is_counted_so() -> None:
    n = 400  # two squitters a second, ten in a tick
    reports = Reports.of(
        n,
        time_s=START_S + 0.5 * np.arange(n),
        entity=entities(Domain.ICAO, np.full(n, 0x400F99)),
        message=np.arange(1, n + 1),
        lat_deg=50.0 + 0.0005 * np.arange(n),
        lon_deg=np.full(n, -1.0),
        alt_m=np.full(n, 3500.0),
        on_ground=np.zeros(n, np.int8),
        source=np.full(n, int(Source.ADSB), np.uint8),
        stations=Ragged.of_rows([[NEAR, FAR] if i % 4 == 0 else [NEAR] for i in range(n)], "u4"),
    )
    engine = Engine([])
    engine.step(Said(reports, Identities.empty()), -np.inf)
    engine.finish()
    engine.context.settle(engine.table, START_S + 1.0)

    tally = engine.context.coverage.stations
    heard, due = {}, {}
    for key, (h, d) in zip(tally._keys.tolist(), tally._sums.tolist(), strict=True):
        station = key >> 31
        heard[station], due[station] = heard.get(station, 0) + h, due.get(station, 0) + d

    # The first report has none before it, so nothing was due with it.
    assert heard == {NEAR: n - 1, FAR: n // 4 - 1}
    assert due == {NEAR: n - 1, FAR: n - 1}
