"""Flags against truth: what matches, what is counted, and what a score says of it, in cases worked out by hand."""

import doctest
import json
import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binomtest, poisson
from scoring_making import HOUR, T0, claim, planted, trial, write_flags, write_tracks
from typer.testing import CliRunner

from feeds.reports import entity_of
from headland.cli import app
from headland.errors import GivenFileError, SettingsError
from headland.proving.judging import rules_of
from headland.proving.scoring import intervals, reading, tally
from headland.proving.scoring.intervals import Estimate, over_worlds, rate, share
from headland.proving.scoring.matching import HALF, NONE, WHOLE, fitting
from headland.proving.scoring.plot import bars_svg, curve_svg, reliability_svg
from headland.proving.scoring.reading import read_trial
from headland.proving.scoring.rules import Rules
from headland.proving.scoring.scores import TOGETHER, score
from headland.proving.scoring.table import Sheet, joined, sheets

RULES = Rules()
BOAT, SHIP, PLANE = "mmsi:235000001", "mmsi:636000002", "icao24:400abc"


@pytest.mark.parametrize("module", [intervals, reading, tally])
def test_the_examples_of_scoring_hold(module):
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    ("flag", "truth", "expected"),
    [
        (claim(), planted(), WHOLE),
        (claim("rendezvous"), planted(), NONE),
        (claim(subjects=[SHIP]), planted(), NONE),
        (claim(subjects=[BOAT, SHIP]), planted(), WHOLE),
        (claim("rendezvous"), planted("rendezvous", [BOAT, SHIP]), HALF),
        (claim("rendezvous", [BOAT, SHIP]), planted("rendezvous", [BOAT, SHIP]), WHOLE),
        (claim(raised=-RULES.lead_s - 1), planted(), NONE),
        (claim(raised=-RULES.lead_s), planted(), WHOLE),
        (claim(raised=HOUR + RULES.grace_s), planted(), WHOLE),
        (claim(raised=HOUR + RULES.grace_s + 1), planted(), NONE),
        # A boat may have gone 36 km in the hour that it lasts, and be looked for 5 km about that.
        (claim(at=(50.96, -1.2)), planted(), WHOLE),
        (claim(at=(50.98, -1.2)), planted(), NONE),
        (claim(subjects=[PLANE], at=(50.98, -1.2)), planted(subjects=[PLANE]), WHOLE),
        # Who lies about its place is not held to it.
        (claim("position_anomaly", at=(10.0, 100.0)), planted("position_anomaly"), WHOLE),
        # Where an area is the subject, the flag must be about an area too, and near.
        (claim("position_anomaly", []), planted("position_anomaly", []), WHOLE),
        (claim("position_anomaly", []), planted("position_anomaly", [], at=(51.1, -1.2)), NONE),
        (claim("position_anomaly", [BOAT]), planted("position_anomaly", []), NONE),
        (claim("position_anomaly", []), planted("position_anomaly", [BOAT]), NONE),
    ],
)
def test_a_flag_fits_what_it_names_while_it_lasts_and_near_it(flag, truth, expected):
    assert fitting(flag, truth, RULES) == expected


def test_a_whole_match_is_made_before_a_half_one_and_a_prompt_one_before_a_late_one():
    truths = [planted("rendezvous", [BOAT, SHIP])]
    half = claim("rendezvous", [BOAT], raised=60.0)
    late = claim("rendezvous", [BOAT, SHIP], raised=1800.0)
    prompt = claim("rendezvous", [BOAT, SHIP], raised=600.0)

    counted = score([trial([half, late, prompt], truths)], RULES).kinds["rendezvous"].tally

    assert (counted.found, counted.half, counted.false) == (1, 0, 2)
    assert counted.delays_s == (600.0,)
    assert counted.false_why == {"repeats": 2}


def test_two_flags_find_two_things_even_where_both_fit_one():
    truths = [planted(span=(0, 3600)), planted(span=(3000, 9000))]
    flags = [claim(raised=3100.0), claim(raised=3200.0)]

    assert score([trial(flags, truths)], RULES).kinds["loitering"].tally.found == 2


def test_a_false_flag_is_told_by_what_it_was_about():
    flags = [
        claim(),
        claim(raised=2000.0),
        claim("unscheduled_landing", [BOAT]),
        claim(subjects=["mmsi:235000077"]),
        claim(subjects=[PLANE]),
    ]
    told = score([trial(flags, [planted()], quiet={"mmsi:235000077": "yacht out of Cowes"})], RULES)

    assert told.kinds["loitering"].tally.false_why == {
        "repeats": 1,
        "yacht out of …": 1,
        "not named in the truth": 1,
    }
    assert told.kinds["unscheduled_landing"].tally.false_why == {"of another alarm": 1}
    assert told.kinds[TOGETHER].tally.false == 4


def test_a_withdrawn_flag_finds_nothing_and_is_told_apart():
    right, wrong = claim(withdrawn=True), claim(subjects=[SHIP], withdrawn=True)

    counted = score([trial([right, wrong], [planted()])], RULES).kinds["loitering"].tally

    assert (counted.found, counted.issued, counted.false) == (0, 0, 0)
    assert (counted.withdrawn, counted.withdrawn_true) == (2, 1)
    assert counted.forecasts == ()


def test_flags_below_the_lowest_score_count_for_calibration_alone():
    told = score([trial([claim(score=0.3), claim(subjects=[SHIP], score=0.2)], [planted()])], RULES)

    each = told.kinds["loitering"]
    assert (each.tally.found, each.tally.issued) == (0, 0)
    assert each.calibration.count == 2
    assert each.calibration.brier.value == pytest.approx(((0.3 - 1) ** 2 + 0.2**2) / 2)


def test_rates_are_by_the_hours_of_those_the_false_flags_are_about():
    flags = [claim(subjects=[BOAT]), claim(subjects=[SHIP]), claim(subjects=[PLANE])]

    each = score([trial(flags), trial()], RULES).kinds["loitering"]

    assert each.per_100_vessel_h.value == pytest.approx(1.0)  # 2 in 200 h
    assert each.per_100_flight_h.value == pytest.approx(1.0)  # 1 in 100 h
    assert each.per_day.value == pytest.approx(1.5)  # 3 in 48 h


def test_worlds_without_a_flag_or_a_truth_say_nothing_rather_than_zero():
    told = score([trial()], RULES).kinds[TOGETHER]

    assert np.isnan([told.recall.value, told.precision.value, told.delay_median_s.value]).all()
    assert told.per_day.value == 0.0
    assert told.per_day.high == pytest.approx(3.689, abs=1e-3)


@pytest.mark.parametrize(("count", "among"), [(0, 7), (1, 7), (5, 9), (9, 9), (480, 1000)])
def test_shares_have_the_interval_that_scipy_gives(count, among):
    expected = binomtest(count, among).proportion_ci(method="wilson")

    assert share(count, among)[1:] == pytest.approx((expected.low, expected.high), abs=1e-12)


@pytest.mark.parametrize("count", [0, 1, 4, 40])
def test_the_ends_of_a_rate_are_where_such_a_count_becomes_improbable(count):
    told = rate(count, 2.0)

    assert poisson.cdf(count, told.high * 2.0) == pytest.approx(0.025)
    assert count == 0 or poisson.sf(count - 1, told.low * 2.0) == pytest.approx(0.025)


def test_drawn_worlds_give_the_same_interval_each_time_and_none_for_a_single_world():
    worlds = [np.array([1.0, 2.0]), np.array([]), np.array([9.0]), np.array([4.0, 4.0, 5.0])]

    first, again = (over_worlds(worlds, lambda rows: float(rows.mean()), 7) for _ in range(2))

    assert first == again
    assert first.low <= first.value <= first.high
    assert first.low >= 1.5
    assert first.high == 9.0
    assert np.isnan(over_worlds(worlds[:1], lambda rows: float(rows.mean()), 7).low)


def test_hours_are_followed_from_position_to_position_but_not_through_a_silence(tmp_path):
    write_flags(tmp_path / "flags.geojson", [])
    (tmp_path / "truth.json").write_text('{"alarm": [], "quiet": []}')
    write_tracks(tmp_path / "tracks.parquet", entity_of(BOAT), T0 + np.array([0, 600, 1200, 1801, 2401]))

    told = read_trial(tmp_path, tmp_path / "truth.json", RULES)

    assert told.followed.vessel_h == pytest.approx(0.5)
    assert told.followed.flight_h == 0.0
    assert told.followed.watch_h == pytest.approx(2401 / 3600)


@pytest.fixture
def world(tmp_path):
    """A replay with one right flag and one wrong one, and its truth."""
    folder = tmp_path / "replayed"
    folder.mkdir()
    write_flags(folder / "flags.geojson", [claim(), claim(subjects=[SHIP], score=0.6)])
    write_tracks(folder / "tracks.parquet", entity_of(BOAT), T0 + np.arange(0, 36_001, 600.0))
    truth = {
        "alarm": [
            {
                "kind": "loitering",
                "subjects": [BOAT],
                "start": "2026-06-17T05:00:00.000Z",
                "end": "2026-06-17T06:00:00.000Z",
                "lat": 50.6,
                "lon": -1.2,
                "note": "drifts",
            }
        ],
        "quiet": [{"subjects": [SHIP], "note": "trawler out of Selsey"}],
    }
    (tmp_path / "truth.json").write_text(json.dumps(truth))
    return folder, tmp_path / "truth.json"


SVG = "{http://www.w3.org/2000/svg}"


def parsed(svg):
    """A plot as a tree; it must be well-formed."""
    return ET.fromstring(svg)  # noqa: S314  our own output


def scored(*words):
    """Run `headland score`."""
    return CliRunner().invoke(app, ["score", *map(str, words)])


def test_the_command_pools_pairs_and_speaks_to_programs(world):
    done = scored(*world, *world, "--json")

    told = json.loads(done.output)
    assert told["worlds"] == 2
    assert told["followed"]["vessel_h"] == 20.0
    each = told["kinds"]["loitering"]
    assert (each["planted"], each["found"], each["false"]) == (2, 2, 2)
    assert each["precision"]["value"] == 0.5
    assert each["per_100_vessel_h"]["value"] == 10.0
    assert each["delay_s"]["median"]["value"] == 1800.0
    assert each["false_why"] == {"trawler out of …": 2}


def test_the_command_takes_the_file_of_flags_as_well_as_its_folder(world):
    folder, truth = world

    assert scored(folder / "flags.geojson", truth).output == scored(folder, truth).output


def test_the_command_tells_people_in_tables_and_draws_the_plot(world, tmp_path):
    done = scored(*world, "--baselines", "--plot", tmp_path / "plot.svg")

    assert done.exit_code == 0
    assert "1 world: 10 vessel-hours, 0 flight-hours" in done.output
    assert "100 % (21 to 100)" in done.output
    assert "Textbook rule: loitering: Global Fishing Watch loitering, scaled" in done.output
    drawn = parsed((tmp_path / "plot.svg").read_text())
    assert (
        len(drawn.findall(".//{http://www.w3.org/2000/svg}circle")) == 4
    )  # two bins, of the kind and of all


def test_hours_may_be_given_where_there_are_no_tracks_and_must_be(world):
    folder, truth = world
    (folder / "tracks.parquet").unlink()

    refused = scored(folder, truth)
    told = json.loads(scored(folder, truth, "--vessel-hours", "50", "--json").output)

    assert isinstance(refused.exception, GivenFileError)
    assert "--vessel-hours" in str(refused.exception)
    assert told["followed"] == {"vessel_h": 50.0, "flight_h": 0.0, "watch_h": 0.0}
    assert told["kinds"]["loitering"]["per_100_vessel_h"]["value"] == 2.0
    assert told["kinds"]["loitering"]["per_day"]["value"] is None


def test_a_rule_of_matching_may_be_changed_and_is_quoted(world):
    told = json.loads(scored(*world, "--json", "--set", "min_score=0.7").output)

    assert told["rules"]["min_score"] == 0.7
    assert told["kinds"]["loitering"]["issued"] == 1


@pytest.mark.parametrize("override", ["min_score=2", "min_scor=0.5", "min_score=high", "min_score"])
def test_a_rule_that_is_none_is_refused(override):
    with pytest.raises(SettingsError, match="min_scor"):
        rules_of([override])


@pytest.mark.parametrize(
    ("words", "complaint"),
    [(["--plot", "plot.png"], "must end in .svg"), ([], "come in pairs")],
)
def test_wrong_usage_is_refused(world, words, complaint):
    pair = world if words else world[:1]

    done = scored(*pair, *words)

    assert done.exit_code == 2
    assert complaint in done.output


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{", b'{"alarm": [], "quiet": 7}', b'{"alarm": [{"kind": "x"}], "quiet": []}', b"\xff\xfe"],
)
def test_a_truth_that_is_none_is_told_by_its_name(world, content):
    folder, truth = world
    truth.write_bytes(content)

    with pytest.raises(GivenFileError, match=r"truth\.json: not a truth"):
        read_trial(folder, truth, RULES)


@pytest.mark.parametrize("name", ["flags.geojson", "tracks.parquet"])
def test_results_that_are_none_are_told_by_their_name(world, name):
    folder, truth = world
    (folder / name).write_bytes(b'{"features": [{"properties": null}]}')

    with pytest.raises(GivenFileError, match=name):
        read_trial(folder, truth, RULES)


def test_words_from_a_file_are_text_in_a_table_and_in_a_plot():
    hostile = "<script>|</script>"
    told = score([trial([claim(hostile)], [], quiet={BOAT: hostile})], RULES)

    kinds = told.as_json()["kinds"]
    svg = reliability_svg({kind: each["calibration"]["bins"] for kind, each in kinds.items()})
    page = joined(sheets(kinds), Sheet.as_markdown)

    assert "<script>" not in svg
    assert "&lt;script&gt;/&lt;/script&gt;" in page  # a bar would open a new cell
    assert parsed(svg).tag.endswith("svg")


def test_bars_show_a_share_and_its_interval_and_say_where_there_is_none():
    svg = bars_svg(
        "Recall",
        {"loitering": {"here": Estimate(0.5, 0.25, 0.75), "there": Estimate(np.nan, np.nan, np.nan)}},
    )

    drawn = parsed(svg)
    words = [each.text for each in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert "50 %  here" in words
    assert "there: nothing to say" in words


def test_a_curve_begins_at_zero_so_that_what_grows_in_proportion_is_straight():
    drawn = parsed(curve_svg("Cost", [(10.0, 7.0), (20.0, 14.0), (30.0, 21.0)], "ships", "<seconds>"))

    discs = [(float(each.get("cx")), float(each.get("cy"))) for each in drawn.iter(f"{SVG}circle")]
    (x1, y1), (x2, y2), (x3, y3) = discs
    assert (x2 - x1, y2 - y1) == pytest.approx((x3 - x2, y3 - y2))
    words = [each.text for each in drawn.iter(f"{SVG}text")]
    assert "ships; upwards: <seconds>" in words
    assert {"0", "10", "40"} <= set(words)


def test_claims_keep_their_subjects_in_order_whatever_the_file_says(tmp_path, world):
    folder, truth = world
    write_flags(folder / "flags.geojson", [replace(claim("rendezvous"), subjects=(SHIP, BOAT))])

    assert read_trial(folder, truth, RULES).claims[0].subjects == (BOAT, SHIP)
