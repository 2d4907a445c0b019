"""`headland live`: the service, whole or in part."""

from __future__ import annotations

from headland import live_words
from headland.loading import load
from headland.words import Config, Override


def live(
    mqtt: live_words.Mqtt,
    journal: live_words.JournalFolder = None,
    role: live_words.RoleName = live_words.Role.ALL,
    state: live_words.State = None,
    port: live_words.PagePort = 8100,
    password_file: live_words.PasswordFile = None,
    ca: live_words.Ca = None,
    wait_s: live_words.Wait = 10.0,
    movements: live_words.Movements = None,
    exclusions: live_words.Exclusions = None,
    stations: live_words.Stations = None,
    override: Override = [],  # noqa: B006  typer reads the default and never writes to it
    config: Config = None,
) -> None:
    """Run the service, or a part of it, until Ctrl-C or SIGTERM.

    The role feeds writes what stations send into the journal, brings it to the disk, and acknowledges it. Fusion
    follows the journal: tracks, flags, alerts in a store, told to people by the channels of the settings. Web shows
    it on a live page on this machine, by what fusion tells over the broker and by the store. All is the three.

    The lists of movements, exclusions and stations are read again whenever they change; the journal holds each, with
    the settings, so that a replay gives the same flags.
    """
    told = {name: said for name, said in locals().items() if name not in {"override", "config"}}
    settings = load("settings").load_settings(config, override)
    load("live").live(load("live").LiveOptions(settings=settings, **told))


VERB = live
