import gzip
import hashlib
import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pyarrow as pa
import pytest
from nmea_lines import counts, encoded, read, tagged

from feeds.errors import InputError
from feeds.inputs import DAMAGED, Input

LINES = b"\n".join(
    tagged(f"s:cliff,c:{1_490_000_000 + second}", encoded({"type": 1, "mmsi": 235000000 + second})[0])
    for second in range(9000)
)


PACKERS = {
    "log": lambda data: data,
    "log.gz": gzip.compress,
    "log.zst": lambda data: pa.compress(data, "zstd", asbytes=True),
}


@pytest.fixture(params=PACKERS)
def packed(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / f"some.{request.param}"
    path.write_bytes(PACKERS[request.param](LINES))
    return path


def test_plain_and_compressed_inputs_give_the_same_frames(packed: Path) -> None:
    frames, rejects, _ = read(packed)

    assert len(frames) == 9000
    assert rejects.total() == 0


def test_the_hash_is_of_the_file_as_it_lies_on_disk(packed: Path) -> None:
    with Input(str(packed)) as source:
        assert source.sha256() == hashlib.sha256(packed.read_bytes()).hexdigest()


@pytest.mark.parametrize("kept", [0.5, 0.9, 0.999])
@pytest.mark.parametrize("packed", ["log.gz", "log.zst"], indirect=True)
def test_a_compressed_file_that_breaks_off_is_read_as_far_as_it_goes(packed: Path, kept: float) -> None:
    whole = packed.read_bytes()
    packed.write_bytes(whole[: int(len(whole) * kept)])

    frames, rejects, _ = read(packed)

    # A zstd frame of this size comes out in blocks of 128 KiB of 9000 lines' 720 KiB.
    assert len(frames) > 9000 * (kept - 0.3)
    assert counts(rejects)[DAMAGED] == 1


def test_an_input_without_a_readable_byte_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "broken.gz"
    path.write_bytes(gzip.compress(LINES)[:12])

    with pytest.raises(InputError, match="damaged compression"):
        Input(str(path))


@pytest.mark.parametrize(
    ("data", "why"), [(b"", "is empty"), (b" \n\n", "is empty"), (b"hello\nthere\n", "of no known format")]
)
def test_an_input_of_nothing_known_is_an_error(tmp_path: Path, data: bytes, why: str) -> None:
    path = tmp_path / "some.log"
    path.write_bytes(data)

    with pytest.raises(InputError, match=why) as caught:
        Input(str(path))

    assert caught.value.where == str(path)


def test_a_missing_file_a_folder_and_an_unknown_override_are_errors(tmp_path: Path) -> None:
    (tmp_path / "some.log").write_bytes(LINES)
    with pytest.raises(InputError, match="No such file"):
        Input(str(tmp_path / "missing"))
    with pytest.raises(InputError, match="directory"):
        Input(str(tmp_path))
    with pytest.raises(InputError, match="unknown format 'morse'"):
        Input(str(tmp_path / "some.log"), "morse")


def test_an_error_of_the_reader_bears_the_name_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "bare.log"
    path.write_bytes(encoded({"type": 1, "mmsi": 235000000})[0])

    with pytest.raises(InputError, match="no times") as caught:
        read(path)

    assert caught.value.where == str(path)


def test_standard_input_is_read_and_left_open(monkeypatch: pytest.MonkeyPatch) -> None:
    source = TextIOWrapper(BytesIO(LINES))
    monkeypatch.setattr(sys, "stdin", source)

    frames, _, _ = read(Path("-"))

    assert len(frames) == 9000
    assert not source.closed
