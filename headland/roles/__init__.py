"""The parts of the live service, one file each, loaded only when a process is to be that part.

A part is a coroutine function `ROLE(options, broker, clock, told_to_end)` that
runs until the event is set, then ends what it began and comes back. It takes
no signals and makes no event loop: whoever starts it does.

    feeds     stations -> journal -> acknowledgements
    fusion    journal -> tracks, flags, alerts -> store, channels, changes
    web       changes, store -> the live page
    all       the three in one process, without a detour for its own page
"""
