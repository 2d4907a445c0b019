"""Exact factors between the units of the trades and the units of this house.

Inside the house: metres, seconds, metres per second, degrees. A name carries
its unit as a suffix (`speed_mps`, `height_m`, `course_deg`, `time_s`); a name
with a trade unit (`_kn`, `_ft`, `_nmi`) may live only in `feeds.formats`,
where it is converted once and never seen again.

Multiply to come in (`knots * KNOT_MPS`), divide to go out to a person.

Time is Unix seconds, UTC, float64: one step is 0.24 microseconds in 2026.

Source: nautical mile, Monaco 1929; foot, yard and pound agreement 1959.
"""

NAUTICAL_MILE_M = 1852.0
STATUTE_MILE_M = 1609.344
FOOT_M = 0.3048

KNOT_MPS = NAUTICAL_MILE_M / 3600.0
MILE_PER_HOUR_MPS = STATUTE_MILE_M / 3600.0
KILOMETRE_PER_HOUR_MPS = 1000.0 / 3600.0
FOOT_PER_MINUTE_MPS = FOOT_M / 60.0

MINUTE_S = 60.0
HOUR_S = 3600.0
DAY_S = 86_400.0
