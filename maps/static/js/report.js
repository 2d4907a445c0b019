"use strict";
// A flag as people report it: who, what, where, when, why. On the page, and as text to be copied into a
// log or read out to a call taker.
{
  const { format } = lookout;

  const amount = (value, unit) => {
    const [kept, trade] = format.quantity(value, unit);
    return trade ? `${kept} (${trade})` : kept;
  };

  const kindOf = (subject) => {
    const [track] = lookout.tracksOf(subject);
    if (track === undefined) return "";
    return `, ${lookout.tracks.kinds[lookout.tracks.kind[track]][1].toLowerCase()} by its own account`;
  };

  const who = (subject) => {
    const name = lookout.knownName(subject);
    return `${name ? `${name} (${subject})` : subject}${kindOf(subject)}`;
  };

  const when = (flag) => {
    const start = `From ${format.utc(flag.start)}`;
    if (Number.isFinite(flag.end)) return `${start} to ${format.utc(flag.end)} (${format.duration(flag.end - flag.start)})`;
    return flag.state === "open" ? `${start}, still going on` : `${start}; its end is not known`;
  };

  const where = (flag) => {
    const force = flag.force.length ? `water or land of ${flag.force.join(", ")}` : "outside every force's area";
    return `${format.position(flag.lat, flag.lon)}; ${force}`;
  };

  const why = (reason) => `${format.words(reason.factor)}: ${amount(reason.value, reason.unit)}; threshold ${amount(reason.threshold, reason.unit)}`;

  /** The first four of the five fields, `[name, text]`; the fifth is the table of reasons. */
  lookout.fields = (flag) => [
    ["Who", flag.subjects.map(who).join("; ") || "nobody: it is about an area"],
    ["What", format.words(flag.kind)],
    ["Where", where(flag)],
    ["When", when(flag)],
  ];

  /** The numbers that lead back to the evidence, `[name, text]`. */
  lookout.evidence = (flag) => [
    ["Score", `${format.number(flag.score)} of 1`],
    ["Raised", format.utc(flag.raised)],
    ...(flag.alert ? [["Alert", `${flag.alert.id}, version ${format.number(flag.alert.version)}`]] : []),
    ["Flag", `${flag.id}, version ${format.number(flag.version)}, ${format.words(flag.state).toLowerCase() || "state unknown"}`],
    ["Pattern", `${format.words(flag.pattern.name)} ${flag.pattern.version ?? ""}`],
  ];

  /** The whole as plain text. */
  lookout.reportText = (flag) => {
    const pairs = (list) => list.map(([name, text]) => `${`${name}:`.padEnd(9)}${text}`);
    const asOf = lookout.traffic?.now ?? NaN;
    return [
      ...(flag.planted ? ["EXERCISE: PLANTED BY A SIMULATION. THIS DID NOT HAPPEN.", ""] : []),
      flag.summary,
      "",
      ...pairs(lookout.fields(flag)),
      "Why:",
      ...(flag.reasons.length ? flag.reasons.map((reason) => `  - ${why(reason)}`) : ["  no reasons were given"]),
      "",
      ...pairs(lookout.evidence(flag)),
      ...(flag.alert ? ["", ...lookout.history(flag.alert), "", "How to report:", ...flag.alert.howToReport.map((line) => `  - ${line}`)] : []),
      "",
      "Written by a system from what transmitters claim; nobody has verified it, and it accuses nobody.",
      ...(Number.isFinite(asOf) ? [`As of ${format.utc(asOf)}.`] : []),
    ].join("\n");
  };
}
