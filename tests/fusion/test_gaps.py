"""Silences in an archive, against pandas, whatever the order of the rows."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from fusion.gaps import gaps, silences
from geo.sphere import distance_m

seeds = st.integers(0, 2**32 - 1)
LONGER_S = 600.0


def heard(count: int, seed: int) -> pd.DataFrame:
    """Rows in no order, many at one time, of entities that are near each other in number and far."""
    rng = np.random.default_rng(seed)
    entities = (
        rng.integers(0, 2**63, 700, np.uint64) * np.uint64(2) if seed % 2 else np.arange(700, dtype=np.uint64)
    )
    return pd.DataFrame(
        {
            "entity": rng.choice(entities, count),
            "time_s": rng.integers(0, 20_000, count) * rng.choice([1.0, 0.125]),
            "lat": rng.uniform(49, 61, count).round(1),
            "lon": rng.uniform(-11, 2, count).round(1),
        }
    )


def of(rows: pd.DataFrame) -> pd.DataFrame:
    found = gaps(*(rows[name].to_numpy() for name in ("entity", "time_s", "lat", "lon")), LONGER_S)
    return pd.DataFrame(found.columns())


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 3000), seeds)
def test_silences_are_those_that_pandas_finds_in_rows_put_in_order(count: int, seed: int) -> None:
    rows = heard(count, seed)
    ends = rows.sort_values(["entity", "time_s", "lat", "lon"]).groupby(["entity", "time_s"])[["lat", "lon"]]
    first, last = ends.first().reset_index(), ends.last().reset_index().groupby("entity").shift()
    expected = first[first.time_s - last.time_s > LONGER_S].join(last.add_prefix("from_"))

    found = of(rows)

    names = {"time_s": "to_s", "lat": "to_lat", "lon": "to_lon", "from_time_s": "from_s"}
    expected = expected.rename(columns=names).reset_index(drop=True)
    pd.testing.assert_frame_equal(found.drop(columns="apart_m"), expected, check_like=True)
    apart_m = distance_m(*(found[name].to_numpy() for name in ("from_lat", "from_lon", "to_lat", "to_lon")))
    assert np.array_equal(found.apart_m, apart_m)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 2000), seeds)
def test_the_order_of_the_rows_changes_nothing(count: int, seed: int) -> None:
    rows = heard(count, seed)

    assert of(rows).equals(of(rows.sample(frac=1.0, random_state=seed)))


def test_rows_without_a_time_or_a_place_say_nothing() -> None:
    rows = pd.DataFrame(
        {
            "entity": np.full(5, 7, np.uint64),
            "time_s": [0.0, 500.0, np.nan, 700.0, 9000.0],
            "lat": [50.0, np.nan, 50.0, 95.0, 51.0],
            "lon": [0.0, 0.0, 0.0, 0.0, 0.0],
        }
    )

    found = of(rows)

    assert found[["from_s", "to_s"]].to_numpy().tolist() == [[0.0, 9000.0]]


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 1500), seeds)
def test_the_compiled_loop_is_the_plain_one(count: int, seed: int) -> None:
    rows = heard(count, seed)
    columns = [rows[name].to_numpy() for name in ("entity", "time_s", "lat", "lon")]

    plain = silences.py_func(*columns, LONGER_S)

    assert all(map(np.array_equal, silences(*columns, LONGER_S), plain))
