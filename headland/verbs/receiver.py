"""`headland receiver`: the agent on a volunteer's machine."""

from __future__ import annotations

import headland.receiver_words as words
from headland.loading import load


def receiver(
    station: words.Station,
    mqtt: words.Mqtt,
    ais: words.Ais = [],  # noqa: B006  typer reads the default and never writes to it
    modes: words.Modes = [],  # noqa: B006  as above
    pace: words.Pace = 1.0,
    recorded_times: words.RecordedTimes = False,
    spool: words.SpoolFolder = None,
    spool_mb: words.SpoolMb = 256,
    sync_s: words.SyncS = 1.0,
    password_file: words.PasswordFile = None,
    ca: words.Ca = None,
) -> None:
    """Hear AIS and Mode S on a volunteer's machine and send them to the server.

    What is heard waits on this machine's disk until the server has it on its own. A broker that does not answer
    is called again for ever. Ctrl-C ends it cleanly; what was not acknowledged goes out at the next start.
    """
    told = {name: tuple(said) if isinstance(said, list) else said for name, said in locals().items()}
    load("receiver").receiver(load("receiver").ReceiverOptions(**told))


VERB = receiver
