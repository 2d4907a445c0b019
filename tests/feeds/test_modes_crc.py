"""Parity: table against long division, and what it must never let through."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from modes_making import divided, squitter

from feeds.modes.crc import remainder
from feeds.modes.words import words_of
from geo.batch import Ragged

CLEAN = bytes.fromhex("8D40621D58C382D690C8AC2863A7")


@given(st.binary(min_size=14, max_size=14))
def test_the_table_divides_as_long_division_does(frame: bytes) -> None:
    assert remainder(np.frombuffer(frame, np.uint8)[None, :]).tolist() == [divided(frame)]


@given(st.binary(min_size=6, max_size=6), st.integers(0, 15))
def test_a_short_frame_has_the_remainder_of_its_own_seven_bytes(rest: bytes, df: int) -> None:
    frame = bytes([df << 3]) + rest

    assert words_of(Ragged.of_rows([frame], np.uint8)).remainder.tolist() == [divided(frame)]


def test_every_single_bit_error_of_a_squitter_is_seen() -> None:
    frames = np.tile(np.frombuffer(CLEAN, np.uint8), (112, 1))
    damaged = frames ^ np.packbits(np.eye(112, dtype=np.uint8), axis=1)

    assert remainder(frames).max() == 0
    assert (remainder(damaged) != 0).all()
    assert len(np.unique(remainder(damaged))) == 112  # and told apart


@given(
    st.integers(0, 2**56 - 1), st.integers(0, 2**24 - 1), st.integers(0, 87), st.integers(1, 24), st.data()
)
def test_every_burst_of_up_to_24_bits_is_seen(
    me: int, address: int, start: int, length: int, data: st.DataObject
) -> None:
    burst = data.draw(st.integers(1, 2**length - 1)) << start
    damaged = (int.from_bytes(squitter(me, address), "big") ^ burst).to_bytes(14, "big")

    assert words_of(Ragged.of_rows([squitter(me, address)], np.uint8)).remainder.tolist() == [0]
    assert remainder(np.frombuffer(damaged, np.uint8)[None, :]).all()
