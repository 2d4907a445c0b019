"""The words of the page of measured quality, around the tables that `headland.proving.scoring.page` puts in."""

from __future__ import annotations

PLOTS = ("quality-reliability.svg", "quality-recall.svg", "quality-precision.svg")

HEAD = """\
# How good the flags are

These numbers were measured, and stand here whatever they are. `docs/make_quality.py` makes worlds whose truth is known
([how](proving.md)), replays them as any recording is replayed, holds the flags against the truth, and writes this page.

Run on {date}: {worlds} worlds of {scenarios} scenarios (seeds {seeds}), {hours} hours of watch, {vessel_h} vessel-hours and {flight_h}
flight-hours followed. {versions}; patterns {patterns}. It took {seconds} s in {processes} processes, {cpu_seconds} s of processor time
(by stage: {stages}); the machine had other work.

**What they do not say.** The worlds were written by those who wrote the patterns: ordinary life in them is tidier than at sea, and what
is planted is planted where stations hear it well. Who sends nothing is in no number here: the small boat without AIS, the aircraft without
ADS-B. Real recordings with known crimes in them are not to be had. Take recall as the most that can be hoped for of those who are
heard, and the false flags of a real coast, with its own ferries and anglers, from a week of replaying your own recordings.
"""

WORLDS = """\
## Where

{worlds}
"""

FOUND = """\
## What was found

A planted thing is found when a flag of its kind names all its subjects in time and near it; *half* is a flag that names one of two, and is
neither found nor false.
Delay runs from the start of the behaviour until the flag was raised. In brackets stand intervals of 95 %.

{table}

![Recall of each pattern beside textbook rules](quality-recall.svg)

{verdicts}
"""

FALSE = """\
## False flags

Every flag to which nothing planted was assigned is false here, whatever its reason; the second table says what they were about. *Repeats* say
again what was already found. *Of another alarm* are flags on somebody who does something else worth a flag: a boat on her way to a
drop-off loiters too.

{table}

{why}
"""

SCORES = """\
## Are the scores probabilities?

Of flags with score 0.7 seven in ten should be true. These are all flags of 0.05 and more (a desk is shown those of 0.5 and more), and what
became of them. Brier's score is the mean squared error of the scores, 0 at best; it is reliability (0 at best: how far scores are from
frequencies) less resolution (the more the better: how far scores tell true from false) plus uncertainty (which the scores cannot help)
and a remainder from putting scores into bins.

{table}

![Scores, and the share of flags that came true](quality-reliability.svg)

All patterns together:

{bins}
"""

BESIDE = """\
## Beside textbook rules

The published rules, on the same tracks, scaled to a coast where their own numbers rule it out; each is one file in
`headland/proving/baselines/` and names its source. They know no context and no coverage. Their recall is of everything that is planted for
the pattern, also of what a rule was never made for.

{table}

![Precision of each pattern beside textbook rules](quality-precision.svg)
"""

PLANTED = """\
## Planted into real recordings

Behaviours planted among real traffic, as the recording's own stations would have heard them. A false flag here is one on real traffic, or on
planted craft for another reason; nobody knows the truth of the real traffic, so precision is the least it can be. *Left out* are
behaviours that the recording has no room for.

{table}
"""

REAL = """\
## Real recordings, nothing planted

{recordings}

Every flag, and what a person who looked at it thinks (`docs/judgements.toml`, by digest). Vessels and aircraft bear labels: a keyed hash whose key
is the recording itself. Places are rounded to a tenth of a degree. A judgement is one of

{verdicts}

{flags}
"""

HOW = """\
## How it was matched

{rules}

Withdrawn flags find nothing. One flag answers for one planted thing; of all assignments the one is taken that finds most. Shares have Wilson's
interval, rates the exact one of a Poisson count; delays and Brier's score are drawn anew by whole worlds, for what happens within one world
is not independent. Hours are those in which somebody was followed.

`headland score FLAGS TRUTH` gives the same numbers for any replay and any truth, `--baselines` the textbook rules beside it.
"""
