"""Aircraft as other people's decoders tell of them: objects of readsb and its kin made into what was said.

    readsb, tar1090, dump1090-fa   {"hex", "flight", "alt_baro", "gs", "track", "baro_rate", "lat", "lon", "seen_pos", "type", ...}
    dump1090-mutability            {"hex", "flight", "altitude", "speed", "track", "vert_rate", "lat", "lon", "seen_pos", ...}
    their history (traces)         [seconds, lat, lon, altitude, speed, track, flags, rate, {...}, type, ...]

What stands in them was decoded, and believed, by somebody else.
"""
