"""Mode S and ADS-B: frames of 7 or 14 bytes become `Reports` and `Identities`.

    Frames -> words, crc -> address -> contents by type code -> memory, fixes (CPR) -> ModesMessages -> Said

Everything but the memory of each aircraft is a function of one batch, and
works on whole columns. `feeds.modes.decoder.ModesDecoder` is the door.

Sources: ICAO Annex 10 volume IV, ICAO Doc 9871, RTCA DO-260B.
"""
