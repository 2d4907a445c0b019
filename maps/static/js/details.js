"use strict";
// What is known about the flag or track that is selected.
{
  const { element, byId, format } = lookout;
  const panel = byId("details");
  const DOUBTS = [
    "time beyond the allowed skew", "time guessed", "number that no authority issues", "unusual message for this station",
    "position typed in by hand", "position dead reckoned", "position sensor off", "position relative to an earlier one",
    "position jumped", "beyond every station's horizon", "poor position by its own account", "address unverified",
    "first position, not yet borne out",
  ];
  const SOURCES = {
    1: "AIS class A", 2: "AIS class B", 3: "AIS base station", 4: "AIS aid to navigation", 5: "AIS search and rescue",
    6: "AIS long range", 7: "AIS table", 16: "ADS-B", 17: "ADS-B non-transponder", 18: "ADS-R", 19: "TIS-B", 20: "MLAT",
    21: "Mode S", 22: "ADS-B table",
  };

  const outside = (text) => element("bdi", {}, text);
  const term = (name, ...values) => [element("dt", {}, name), element("dd", {}, ...values)];
  const terms = (pairs) => element("dl", { class: "facts" }, ...pairs.filter(Boolean).flat());

  const heading = (title, ...marks) =>
    element(
      "header",
      {},
      element("div", { class: "title" }, ...marks, element("h2", {}, title)),
      element(
        "button",
        { type: "button", class: "plain", "aria-label": "Close details", onclick: () => lookout.select({}) },
        "×",
      ),
    );

  const value = (amount, unit) => {
    const [kept, trade] = format.quantity(amount, unit);
    return trade ? [kept, element("small", {}, trade)] : [kept];
  };

  const reasons = (flag) => {
    if (!flag.reasons.length) return element("p", { class: "quiet" }, "No reasons were given.");
    const rows = flag.reasons.map((reason) =>
      element(
        "tr",
        {},
        element("th", { scope: "row" }, outside(format.words(reason.factor))),
        element("td", {}, ...value(reason.value, reason.unit)),
        element("td", {}, ...value(reason.threshold, reason.unit)),
      ),
    );
    const head = ["Factor", "Value", "Threshold"].map((name) => element("th", { scope: "col" }, name));
    return element(
      "table",
      { class: "reasons" },
      element("caption", { class: "unseen" }, "Reasons"),
      element("thead", {}, element("tr", {}, ...head)),
      element("tbody", {}, ...rows),
    );
  };

  /** A subject with its name: a button where it has a track to show. */
  const subjectLine = (subject) => {
    const name = lookout.nameOf(subject);
    const [track] = lookout.tracksOf(subject);
    const label = [outside(name), element("small", {}, outside(subject))];
    if (track === undefined) return element("span", { class: "subject" }, ...label);
    const go = () => lookout.select({ track, go: true });
    return element("button", { type: "button", class: "subject", onclick: go }, ...label);
  };

  const pattern = ({ name, version, parameters }) => {
    const pairs = Object.entries(parameters ?? {}).map(([key, amount]) =>
      term(outside(format.words(key)), typeof amount === "number" ? format.number(amount) : outside(String(amount))),
    );
    return element(
      "details",
      {},
      element("summary", {}, "Pattern ", outside(`${format.words(name)} ${version ?? ""}`)),
      pairs.length ? terms(pairs) : element("p", { class: "quiet" }, "It has no parameters."),
    );
  };

  /** Its kind, and the names of its subjects where names are known. */
  const titleOf = (flag) => {
    const known = flag.subjects.map(lookout.knownName).filter(Boolean);
    return `${format.words(flag.kind)}${known.length ? ": " : ""}${known.join(" and ")}`;
  };

  const flagDetails = (flag) => {
    const lasted = Number.isFinite(flag.end) ? ` (${format.duration(flag.end - flag.start)})` : "";
    const watch = () => lookout.clock.seek(flag.start - 300);
    return [
      heading(outside(titleOf(flag)), lookout.glyph(flag.kind)),
      element("p", { class: "summary" }, outside(flag.summary)),
      element("div", { class: "subjects" }, ...flag.subjects.map(subjectLine)),
      reasons(flag),
      terms([
        term("Score", `${format.number(flag.score)} of 1`),
        term("State", outside(format.words(flag.state)), flag.version ? `, version ${format.number(flag.version)}` : ""),
        term("Start", format.utc(flag.start)),
        term("End", Number.isFinite(flag.end) ? format.utc(flag.end) + lasted : "still going on"),
        term("Raised", format.utc(flag.raised)),
        term("Place", format.position(flag.lat, flag.lon)),
        term("Force", flag.force.length ? outside(flag.force.join(", ")) : "none: outside every force's area"),
        term("Number", outside(flag.id)),
      ]),
      pattern(flag.pattern),
      // The live page shares these details and has no replay.
      lookout.clock
        ? element("div", { class: "actions" }, element("button", { type: "button", onclick: watch }, "Replay from 5 minutes before"))
        : null,
    ];
  };

  const flagsOf = (track) =>
    lookout.flags.filter((flag) => flag.subjects.some((subject) => lookout.tracks.subjects[track].includes(subject)));

  const flagLine = (flag) =>
    element(
      "button",
      { type: "button", class: "subject", onclick: () => lookout.select({ flag: flag.index, go: true }) },
      format.words(flag.kind),
      element("small", {}, `${format.utc(flag.start)}, ${flag.state}`),
    );

  const heardBy = (stations) => (stations ? `, last through ${stations} station${stations === 1 ? "" : "s"}` : "");

  const doubts = (bits) => DOUBTS.filter((_, bit) => bits & (1 << bit)).join("; ");

  const trackDetails = (track) => {
    const traffic = lookout.tracks;
    const place = {};
    const drawn = lookout.placeNow(track, place);
    const row = drawn ? place.row : lookout.lastRow(traffic, track);
    const moment = lookout.state.time !== null && drawn && place.silence === 0;
    const subject = traffic.subjects[track][0];
    const says = Object.entries(lookout.says(subject)).filter(([key]) => key !== "name");
    const air = lookout.isAir(traffic, track);
    const flags = flagsOf(track);
    return [
      heading(outside(lookout.nameOf(subject))),
      element("p", { class: "summary" }, traffic.kinds[traffic.kind[track]][1], ", by its own account"),
      terms([
        term("Identity", outside(traffic.subjects[track].join(", "))),
        ...says.map(([key, text]) => term(outside(format.words(key)), outside(text))),
        moment ? term("Now", format.utc(lookout.state.time)) : term("Last heard", format.utc(traffic.time[row])),
        moment
          ? term("Position", format.position(lookout.latOf(place.y), lookout.lonOf(place.x)))
          : term("Position", format.position(traffic.lat[row], traffic.lon[row])),
        term("Speed, course", `${format.knots(traffic.sog[row])}, ${format.course(traffic.cog[row])}`),
        air && term("Height", format.feet(traffic.alt[row])),
        term("Heard by", `${SOURCES[traffic.source[track]] ?? "unknown means"}${heardBy(traffic.stations[track])}`),
        term("Positions", format.grouped(traffic.heard[track])),
        traffic.strays?.jumps[track] > 0 && term("Set aside", `${format.grouped(traffic.strays.jumps[track])}, in doubt: drawn hollow`),
        traffic.doubt[track] !== 0 && term("Doubts", doubts(traffic.doubt[track]) || "other"),
      ]),
      flags.length ? element("div", { class: "subjects" }, ...flags.map(flagLine)) : null,
    ];
  };

  const show = () => {
    const { flag, track } = lookout.state;
    panel.hidden = !lookout.selected();
    const parts = flag !== null ? flagDetails(lookout.flags[flag]) : track !== null ? trackDetails(track) : [];
    panel.replaceChildren(...parts.filter(Boolean));
  };

  lookout.on("selected", () => {
    show();
    panel.scrollTop = 0;
  });
  // A track's figures follow the clock; a flag's do not, and rebuilding it would fold its pattern.
  lookout.on("timed", () => {
    if (lookout.state.track !== null) show();
  });
}
