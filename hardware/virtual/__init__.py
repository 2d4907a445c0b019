"""Virtual receivers: what antennas would hear of transmissions that never were.

    Emissions ──paths, shadows──▶ power at each antenna ──fading──▶ audible
        ──crowding──▶ understood ──clock, outages──▶ Heard ──▶ Frames

Chance comes from a hash of the seed, the station and the transmission, never
from a running generator: whoever is heard where does not depend on how the
emissions are cut into batches. `hearing.hear` is the door.
"""
