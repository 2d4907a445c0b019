"""AIS-catcher's JSON: objects that bear the sentences they were decoded from, or only what they say.

    JSON_NMEA  {"class": "AIS", "rxuxtime": 1795340983, "signalpower": -31.2, "mmsi": ..., "type": 1, "nmea": ["!AIVDM,..."]}
    JSON_FULL  the same and every field: {..., "lat": 60.076687, "lon": 5.469305, "speed": 0, "status_text": ...}

The receivers of Wegmatt's dAISy-catcher write the like.
"""
