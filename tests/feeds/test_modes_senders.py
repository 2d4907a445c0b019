"""Who speaks, who is believed, and what becomes of everything else."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from modes_making import START, all_call, batch, in_air, reply, squitter, times

from feeds.modes.decoder import ModesDecoder
from feeds.rejects import Rejects
from feeds.reports import Domain, Said, Source, subject
from hardware.frames import Frames, Kind

DISAGREES = "position disagrees with the track"


def _said(frames: Frames, rejects: Rejects | None = None) -> Said:
    return ModesDecoder(rejects or Rejects()).step(frames)


def test_a_reply_to_radar_is_believed_only_after_its_sender_proved_its_address() -> None:
    rejects = Rejects()
    frames = [
        reply(4, 0x990),
        all_call(),
        reply(4, 0x990),
        reply(5, 0x1),
        reply(20, 0x990, 0x400DEF),
        all_call(0x400DEF, interrogator=9),
    ]
    said = _said(batch([*frames, reply(4, 0x990)], [*times(6), START + 400]), rejects)

    assert len(said.reports) == 2
    assert {subject(int(entity)) for entity in said.reports.entity} == {"icao24:400abc"}
    assert rejects.by_reason()["address unverified"]["count"] == 4


@pytest.mark.parametrize(
    ("control", "source", "domain"),
    [
        (0, Source.ADSB_NT, Domain.ICAO),
        (1, Source.ADSB_NT, Domain.NON_ICAO),
        (2, Source.TISB, Domain.ICAO),
        (5, Source.TISB, Domain.NON_ICAO),
        (6, Source.ADSR, Domain.ICAO),
    ],
)
def test_df18_says_by_its_control_field_who_speaks(control: int, source: Source, domain: Domain) -> None:
    frames = [squitter(in_air(50.7, -1.3, odd), df=18, control=control) for odd in (0, 1)]
    report = _said(batch(frames)).reports.take([1])

    assert (report.source[0], int(report.entity[0]) >> 56) == (source, domain)
    assert report.lat_deg[0] == pytest.approx(50.7, abs=1e-4)


@pytest.mark.parametrize(
    ("control", "domain"), [(2, Domain.NON_ICAO), (6, Domain.NON_ICAO), (0, Domain.ICAO)]
)
def test_the_imf_bit_takes_an_address_from_icao_where_the_control_field_lets_it(
    control: int, domain: Domain
) -> None:
    me = in_air(50.7, -1.3, 0) | 1 << 48
    report = _said(batch([squitter(me, df=18, control=control)])).reports

    assert int(report.entity[0]) >> 56 == domain


@pytest.mark.parametrize("control", [3, 4, 7])
def test_coarse_tisb_and_reserved_fields_are_not_read_as_positions(control: int) -> None:
    decoder = ModesDecoder(Rejects())
    messages = decoder.decode(
        batch([squitter(in_air(50.7, -1.3, odd), df=18, control=control) for odd in (0, 1)])
    )

    assert messages.typecode.tolist() == [-1, -1]
    assert np.isnan(messages.alt_ft).all()


def test_an_address_with_and_without_icao_are_two_entities() -> None:
    even = squitter(in_air(50.7, -1.3, 0))
    odd = squitter(in_air(50.7, -1.3, 1), df=18, control=1)
    said = _said(batch([even, odd]))

    assert np.isnan(said.reports.lat_deg).all()
    assert [subject(int(entity)) for entity in said.reports.entity] == ["icao24:400abc", "icao24:~400abc"]


def test_bad_frames_are_counted_by_reason_and_station() -> None:
    rejects = Rejects()
    clean = squitter(in_air(50.7, -1.3, 0))
    damaged = clean[:5] + bytes([clean[5] ^ 4]) + clean[6:]
    frames = [clean[:6], clean[:7], damaged, b"", bytes(7), clean, clean, clean]
    said = _said(batch(frames, [*[START] * 6, np.nan, np.inf], station=9), rejects)

    assert len(said.reports) == 1
    told = {reason: entry["stations"] for reason, entry in rejects.by_reason().items()}
    assert told == {
        "frame is neither 7 nor 14 bytes long": {"station 9": 2},
        "frame is shorter than its downlink format": {"station 9": 1},
        "parity fails": {"station 9": 1},
        "downlink format not decoded": {"station 9": 1},
        "time is no Unix time": {"station 9": 2},
    }


frames_of_any_kind = st.lists(
    st.one_of(
        st.binary(max_size=20),
        st.binary(min_size=14, max_size=14),
        st.builds(
            squitter,
            st.integers(0, 2**56 - 1),
            st.integers(0, 3),
            st.sampled_from([17, 18]),
            st.integers(0, 7),
        ),
        st.builds(
            reply, st.sampled_from([4, 5, 20, 21]), st.integers(0, 8191), st.integers(0, 3), st.integers(0, 7)
        ),
        st.builds(all_call, st.integers(0, 3), st.integers(0, 7), st.integers(0, 127)),
        st.builds(
            lambda lat, lon, odd: squitter(in_air(lat, lon, odd), 1),
            st.floats(-90, 90),
            st.floats(-180, 180),
            st.sampled_from([0, 1]),
        ),
    ),
    max_size=25,
)


@settings(max_examples=150, deadline=None)
@given(frames_of_any_kind, st.data())
def test_whatever_is_sent_is_decoded_or_counted_and_never_raised(
    payloads: list[bytes], data: st.DataObject
) -> None:
    near = st.floats(START, START + 30)
    times = data.draw(st.lists(near | st.floats(), min_size=len(payloads), max_size=len(payloads)))
    rejects = Rejects()
    messages = list(ModesDecoder(rejects).messages(batch(payloads, times)))

    refused = sum(count for (reason, _), count in rejects.counts.items() if reason != DISAGREES)
    assert len(messages) + refused == len(payloads)
    for message in messages:
        assert message["lat"] is None or (abs(message["lat"]) <= 90 and abs(message["lon"]) <= 180)


def test_frames_of_other_kinds_are_passed_over() -> None:
    rejects = Rejects()
    frames = batch([b"!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24"])
    said = _said(frames.replaced(kind=np.array([Kind.NMEA], np.uint8)), rejects)

    assert (len(said.reports), rejects.total()) == (0, 0)


def test_a_line_of_decode_names_everything_and_says_none_where_nothing_was_said() -> None:
    frames = [bytes.fromhex("8D4840D6202CC371C32CE0576098"), reply(5, 0xAAA, 0x4840D6)]
    ident, squawk = ModesDecoder(Rejects()).messages(batch(frames))

    assert ident["callsign"] == "KLM1023"
    assert (ident["category"], ident["typecode"], ident["icao24"]) == ("A0", 4, "4840d6")
    assert {ident[key] for key in ("lat", "lon", "alt_ft", "groundspeed_kt", "squawk", "nic")} == {None}
    assert squawk["squawk"] == "7700"
    assert list(ident) == list(squawk)
