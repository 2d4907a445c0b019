"""AIS (ITU-R M.1371): sentences assembled per station, decoded, put in house units, doubted.

    Frames ──sentence──▶ one sentence ──assembly──▶ a whole payload ──message──▶ pyais' object
        ──positions──▶ Reports    ──statics──▶ Identities    ──telling──▶ one JSON object a message

`decoder.AisDecoder` holds the state and is all that other rooms need.
"""
