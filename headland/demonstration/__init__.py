"""The live demo: recorded traffic through the true road, in one process.

    tapes ──▶ agents ──MQTT──▶ embedded broker ──▶ feeds ──▶ journal ──▶ lookout ──▶ page
      ▲                                              │
      └────────────── clock ◀──── acknowledged ──────┘

An hour of the past is filled in, step by step, as fast as the road takes it;
then everything goes on at its own pace. Nothing here decodes or judges: only
the antennas, the time and the terminal are the demo's own.
"""
