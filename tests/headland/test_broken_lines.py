"""A line to the broker that breaks while something else goes wrong is told once, in our words, and by nobody else."""

import asyncio

import pytest
from brokers import embedded

from feeds.bus import Broker as ServerBroker
from feeds.bus import Bus
from hardware.clock import SystemClock
from hardware.publisher import Broker, Publisher
from hardware.spool import Spool
from hardware.turns import Patience, Turns


def of_server(port, _folder):
    return Bus(ServerBroker(host="127.0.0.1", port=port), [])._new_client()


def of_station(port, folder):
    spool = Spool(folder)
    turns = Turns(spool, Patience())
    spool.close()
    return Publisher(Broker(host="127.0.0.1", port=port), "cliff", spool, turns, SystemClock())._client()


@pytest.mark.parametrize("made", [of_server, of_station])
def test_what_broke_a_line_is_looked_at_also_where_another_error_came_first(made, tmp_path):
    async def scene():
        async with embedded() as port:
            with pytest.raises(LookupError):  # noqa: PT012  the line must be up before it breaks
                async with made(port, tmp_path) as client:
                    client._client.socket().close()
                    while not client._disconnected.done():
                        client._client.loop_read()
                        await asyncio.sleep(0)
                    raise LookupError
            return client._disconnected

    broken = asyncio.run(scene())

    assert broken._exception is not None
    # By this asyncio goes when it says that an exception was never retrieved.
    assert broken._log_traceback is False


@pytest.mark.parametrize("made", [of_server, of_station])
@pytest.mark.parametrize("turns", range(12))
def test_who_is_told_to_end_while_a_line_opens_hangs_up_before_it_goes(made, turns, tmp_path):
    """However far the opening has come: asyncio is told of each error in a callback, and of each line left open."""
    complaints = []

    async def come(port):
        async with made(port, tmp_path):
            await asyncio.Event().wait()

    async def scene():
        asyncio.get_running_loop().set_exception_handler(lambda _, what: complaints.append(what))
        async with embedded() as port:
            coming = asyncio.create_task(come(port))
            for _ in range(turns):
                await asyncio.sleep(0.0005)
            coming.cancel()
            await asyncio.wait([coming])
            return coming.cancelled()

    assert asyncio.run(scene())
    assert complaints == []
