"""The dialects: Danish and American columns, a user's own mapping, and what is said of a wrong one.

The Danish and American rows are written here after the published headers; no file of theirs is at hand.
"""

import io

import numpy as np
import pytest

from feeds.errors import InputError
from feeds.format import Reading
from feeds.formats.table_csv import FORMAT
from feeds.mmsi import form_doubts
from feeds.rejects import Rejects
from feeds.reports import Doubt, Said, subject
from feeds.tables.dialect import NEEDED, known_dialects, parse_dialect
from geo.stations import StationNames

KNOT = 1852 / 3600
DANISH = (
    "# Timestamp,Type of mobile,MMSI,Latitude,Longitude,Navigational status,ROT,SOG,COG,Heading,IMO,Callsign,Name,"
    "Ship type,Cargo type,Width,Length,Type of position fixing device,Draught,Destination,ETA,Data source type,A,B,C,D\n"
    "12/01/2024 23:59:58,Class A,219000123,55.704100,12.601200,Under way using engine,0.0,12.3,181.5,180,9372169,OXYZ2,"
    '"FISK, ""STOR""",Cargo,No additional information,12,80,GPS,5.4,GDANSK,,AIS,60,20,6,6\n'
    "12/01/2024 23:59:59,Class A,219000123,55.704000,12.601200,Under way using engine,0.0,12.3,181.5,180,9372169,OXYZ2,"
    '"FISK, ""STOR""",Cargo,No additional information,12,80,GPS,5.4,GDANSK,,AIS,60,20,6,6\n'
    "13/01/2024 00:00:00,Class B,265000999,91.000000,0.000000,Unknown value,,102.3,360.0,511,Unknown,Unknown,,Undefined,"
    ",,,Undefined,,Unknown,,AIS,,,,\n"
    "13/01/2024 00:00:01,Base Station,2190047,55.500000,11.000000,Unknown value,,,,,Unknown,Unknown,,Undefined,"
    ",,,Undefined,,Unknown,,AIS,,,,\n"
)
AMERICAN = (
    "MMSI,BaseDateTime,LAT,LON,SOG,COG,Heading,VesselName,IMO,CallSign,VesselType,Status,Length,Width,Draft,Cargo,"
    "TransceiverClass\n"
    "367000001,2023-06-01T00:00:04,29.70000,-95.10000,-0.1,-49.6,511.0,AMERICAN PILOT,IMO1234567,WDA1234,1025,15,30,9,0,"
    "52,A\n"
    "367000002,2023-06-01T00:00:05,29.80000,-95.20000,7.5,360.0,90.0,TUG,,WDB,31,under way using engine,25.5,8,2.4,,B\n"
)
OWN = """
decimal = ","
[time_s]
column = "Zeit"
format = "day-first"
zone = "Europe/Berlin"
[entity]
column = "Adresse"
kind = "icao24"
[lat_deg]
column = "Breite"
[lon_deg]
column = "Länge"
[alt_m]
column = ["Höhe baro", "Höhe"]
unit = "ft"
missing = [-9999]
[sog_mps]
column = "Fahrt"
unit = "kmh"
[on_ground]
column = "Boden"
words = { "ja" = 1, "nein" = 0 }
"""


def read(text, columns_toml=None):
    reading = Reading(StationNames(), Rejects(), columns_toml=columns_toml)
    return Said.concat(list(FORMAT.read(io.BytesIO(text.encode()), reading))), reading.rejects


def test_the_danish_columns_arrive_in_house_units():
    said, rejects = read(DANISH)
    reports = said.reports

    assert rejects.total() == 0
    assert [subject(entity) for entity in reports.entity.tolist()] == [
        *("mmsi:219000123", "mmsi:219000123", "mmsi:265000999", "mmsi:002190047"),
    ]
    assert reports.time_s.tolist() == [1705103998.0, 1705103999.0, 1705104000.0, 1705104001.0]
    assert reports.sog_mps[0] == pytest.approx(12.3 * KNOT)
    assert reports.status.tolist() == [0, 0, -1, -1]
    assert reports.heading_deg[0] == 180.0


def test_what_the_danes_write_for_not_said_is_not_said():
    silent = read(DANISH)[0].reports.take([2])

    for name in ("lat_deg", "lon_deg", "sog_mps", "cog_deg", "heading_deg", "alt_m"):
        assert np.isnan(getattr(silent, name)[0]), name


def test_a_name_is_told_once_for_as_long_as_nothing_in_it_changes():
    who = read(DANISH)[0].identities

    assert who.name.tolist() == ['FISK, "STOR"']
    assert (who.callsign[0], who.imo[0], who.ship_type[0]) == ("OXYZ2", 9372169, 70)
    assert (who.destination[0], who.draught_m[0]) == ("GDANSK", 5.4)
    assert [who.bow_m[0], who.stern_m[0], who.port_m[0], who.starboard_m[0]] == [60, 20, 6, 6]
    assert who.time_s.tolist() == [1705103998.0]


def test_the_american_columns_arrive_in_house_units():
    said, rejects = read(AMERICAN)
    reports, who = said.reports, said.identities

    assert rejects.total() == 0
    assert reports.time_s.tolist() == [1685577604.0, 1685577605.0]
    assert np.isnan(reports.sog_mps[0])  # negative
    assert np.isnan(reports.cog_deg).all()  # negative, and 360
    assert reports.sog_mps[1] == pytest.approx(7.5 * KNOT)
    assert reports.status.tolist() == [-1, 0]
    assert who.imo.tolist() == [1234567, -1]
    assert who.ship_type.tolist() == [-1, 31]  # 1025 is the Coast Guard's own code
    assert [who.bow_m[1], who.stern_m[1], who.port_m[1], who.starboard_m[1]] == [0, 25.5, 0, 8]
    assert np.isnan(who.draught_m[0])


def test_a_users_own_columns_are_mapped_by_a_small_file(tmp_path):
    mapping = tmp_path / "eigen.toml"
    mapping.write_text(OWN, encoding="utf-8")
    table = (
        "Zeit;Adresse;Breite;Länge;Höhe;Höhe baro;Fahrt;Boden\r\n"
        '01.07.2024 12:00:00;3c4591;51,5;-0,4;1000;"2000,5";180;nein\r\n'
        "01.01.2024 12:00;~00ab12;51,5;-0,4;1000;-9999;90;JA\r\n"
    )

    said, rejects = read(table, mapping)
    reports = said.reports

    assert rejects.total() == 0
    assert reports.time_s.tolist() == [1719828000.0, 1704106800.0]  # summer, then winter time
    assert [subject(entity) for entity in reports.entity.tolist()] == ["icao24:3c4591", "icao24:~00ab12"]
    np.testing.assert_allclose(reports.alt_m, [2000.5 * 0.3048, 304.8])
    np.testing.assert_allclose(reports.sog_mps, [50, 25])
    assert reports.on_ground.tolist() == [0, 1]


def test_a_mapping_that_does_not_fit_says_what_it_lacks(tmp_path):
    mapping = tmp_path / "eigen.toml"
    mapping.write_text(OWN, encoding="utf-8")

    with pytest.raises(InputError, match=r"time_s, entity, lat_deg, lon_deg.*breitengrad"):
        read("Uhr,Breitengrad,Laengengrad,Schiff\n1,2,3,4\n", mapping)


def test_a_known_table_is_read_beside_a_mapping_made_for_another(tmp_path):
    mapping = tmp_path / "eigen.toml"
    mapping.write_text(OWN, encoding="utf-8")

    assert len(read(DANISH, mapping)[0].reports) == 4


def test_columns_of_no_known_table_are_told_by_name():
    with pytest.raises(InputError, match=r"--columns: when, where_lat, where_lon, ship"):
        read("when,where_lat,where_lon,ship\n1,2,3,4\n")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (('unit = "ft"', 'unit = "fathom"'), r"\[alt_m\]: unit is one of m, ft"),
        (('unit = "kmh"', ""), r"\[sog_mps\]: unit is one of"),
        (('format = "day-first"', 'format = "%d/%m"'), r"\[time_s\]: format is one of iso"),
        (('"Europe/Berlin"', '"Europe/Atlantis"'), r"\[time_s\]: no time zone 'Europe/Atlantis'"),
        (('kind = "icao24"', 'kind = "imo"'), r"\[entity\]: kind is one of mmsi, icao24"),
        (("[on_ground]", "[grounded]"), r"no such column \['grounded'\]"),
        (('[lat_deg]\ncolumn = "Breite"', ""), "lat_deg must be mapped"),
        (('column = "Breite"', "column = 7"), r"\[lat_deg\]: column is a name"),
        (("[-9999]", "-9999"), r"\[alt_m\]: missing is a list"),
        (('"ja" = 1', '"ja" = "yes"'), r"\[on_ground\]: words is a table"),
        (('decimal = ","', 'decimal = "'), "mine.toml"),
    ],
)
def test_a_wrong_mapping_is_told_by_file_key_and_reason(change, told):
    with pytest.raises(ValueError, match=told) as caught:
        parse_dialect(OWN.replace(*change), "mine.toml")
    assert str(caught.value).startswith("mine.toml")


@pytest.mark.parametrize("dialect", known_dialects(), ids=lambda dialect: dialect.title)
def test_each_known_dialect_is_recognised_by_its_own_columns_and_by_no_other(dialect):
    columns = {field.columns[0] for field in dialect.fields.values()}

    assert set(NEEDED) <= dialect.fields.keys()
    assert [other.title for other in known_dialects() if other.recognises(columns)] == [dialect.title]


def test_a_table_with_the_right_header_and_no_rows_is_an_empty_table():
    said, rejects = read(DANISH.partition("\n")[0])

    assert (len(said.reports), rejects.total()) == (0, 0)


@pytest.mark.parametrize(
    ("head", "recognised"),
    [
        (DANISH[:200].encode(), True),
        (b"\xef\xbb\xbf" + AMERICAN.encode(), True),
        (b"when;lat;lon;ship\r\n", True),
        (b"time,station,frame\n1.0,a,8d\n", False),
        (b"!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24\n", False),
        (b"\x1a3\x00\x01\x02lat,lon\n", False),
        (b'{"lat": 1, "lon": 2}\n', False),
    ],
)
def test_a_table_is_recognised_by_its_header_alone(head, recognised):
    assert FORMAT.recognises(head) is recognised


def test_numbers_that_no_authority_issues_are_doubted_and_kept():
    reports = read(
        "Time,MMSI,Latitude_degrees,Longitude_degrees,COG_degrees,SOG_knots\n"
        "2016-01-12 13:02:11,123456789,50.0,-1.0,0,0\n2016-01-12 13:02:11,235012345,50.0,-1.0,0,0\n"
    )[0].reports

    assert reports.doubt.tolist() == [Doubt.IDENTITY_FORM, 0]


@pytest.mark.parametrize(
    ("mmsi", "issued"),
    [
        *((235012345, True), (2320001, True), (23212345, True), (111232001, True), (823212345, True)),
        *((970123456, True), (972123456, True), (974123456, True), (982321234, True), (992321234, True)),
        *((0, False), (1193046, False), (123456789, False), (912190065, False), (299123456, False)),
        *((111000001, False), (999999999, False), (11388, False)),
    ],
)
def test_the_form_of_an_mmsi_follows_m_585(mmsi, issued):
    assert form_doubts([mmsi]).tolist() == [0 if issued else Doubt.IDENTITY_FORM]


def test_a_hostile_header_is_repeated_without_what_would_steer_a_terminal():
    with pytest.raises(InputError) as caught:
        read("lat,lon,\x1b]0;owned\x07,\u202etxt," + "x" * 5000 + "\n")

    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 1000
