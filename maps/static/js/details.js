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
        { type: "button", id: "details-close", class: "plain", "aria-label": "Close details", onclick: () => lookout.select({}) },
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
    const table = lookout.table("Reasons", ["Factor", "Value", "Threshold"], rows);
    table.className = "reasons";
    return table;
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

  const pattern = ({ parameters }) => {
    const pairs = Object.entries(parameters ?? {}).map(([key, amount]) => term(...format.parameter(key, amount).map(outside)));
    return element(
      "details",
      { id: "detail-pattern" },
      element("summary", {}, "The pattern's parameters"),
      pairs.length ? terms(pairs) : element("p", { class: "quiet" }, "It has none."),
    );
  };

  const copy = async (text, box) => {
    try {
      await navigator.clipboard.writeText(text);
      lookout.say("The report is copied");
      return "Copied";
    } catch {
      // A browser may forbid it: then the text is marked, to be copied by hand.
      box.focus();
      box.select();
      lookout.say("The report is marked: copy it with Control C");
      return "Marked: press Ctrl+C";
    }
  };

  const report = (flag) => {
    const text = lookout.reportText(flag);
    const box = element("textarea", { id: "report-text", readonly: true, rows: 12, "aria-label": "The report as text" });
    box.value = text;
    const button = element("button", { type: "button", id: "report-copy", class: "plain" }, "Copy the report");
    button.addEventListener("click", async () => {
      box.parentElement.open = true;
      button.textContent = await copy(text, box);
    });
    return element(
      "details",
      { id: "detail-report" },
      element("summary", {}, "The report as text"),
      box,
      button,
    );
  };

  /** Its kind, and the names of its subjects where names are known. */
  const titleOf = (flag) => {
    const known = flag.subjects.map(lookout.knownName).filter(Boolean);
    return `${format.words(flag.kind)}${known.length ? ": " : ""}${known.join(" and ")}`;
  };

  const actions = (flag) => {
    const watch = () => lookout.clock.seek(flag.start - 300);
    const trail = () => lookout.showWays(flag.subjects.flatMap((subject) => lookout.tracksOf(subject)));
    const tracked = flag.subjects.some((subject) => lookout.tracksOf(subject).length);
    return element(
      "div",
      { class: "actions" },
      tracked ? element("button", { type: "button", id: "show-trail", onclick: trail }, "Show the whole trail") : null,
      // The live page shares these details and has no replay.
      lookout.clock ? element("button", { type: "button", onclick: watch }, "Replay from 5 minutes before") : null,
    );
  };

  const flagDetails = (flag) => {
    const [who, ...fields] = lookout.fields(flag).map(([name, text]) => term(name, outside(text)));
    const subjects = flag.subjects.length ? term("Who", element("div", { class: "subjects" }, ...flag.subjects.map(subjectLine))) : who;
    return [
      heading(outside(titleOf(flag)), lookout.glyph(flag.kind)),
      flag.planted ? element("p", { class: "planted" }, "PLANTED: a simulated behaviour, no real one") : null,
      element("p", { class: "summary" }, outside(flag.summary)),
      ...(lookout.aboutFlag?.(flag) ?? []),
      terms([subjects, ...fields]),
      element("h3", {}, "Why"),
      reasons(flag),
      actions(flag),
      element("h3", {}, "Evidence"),
      terms(lookout.evidence(flag).map(([name, text]) => term(name, outside(text)))),
      pattern(flag.pattern),
      report(flag),
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
      element(
        "div",
        { class: "actions" },
        element("button", { type: "button", id: "show-trail", onclick: () => lookout.showWays([track]) }, "Show the whole trail"),
      ),
      ...(lookout.aboutTrack?.(track) ?? []),
    ];
  };

  // What is drawn anew keeps what somebody has opened there, and the keyboard where it was.
  let drawn = "";
  const show = () => {
    const { flag, track } = lookout.state;
    const key = `${flag} ${track}`;
    const same = key === drawn;
    drawn = key;
    const held = panel.contains(document.activeElement) ? document.activeElement.id : null;
    const opened = same ? [...panel.querySelectorAll("details[open]")].map(({ id }) => id) : [];
    const parts = flag !== null ? flagDetails(lookout.flags[flag]) : track !== null ? trackDetails(track) : [];
    panel.hidden = !lookout.selected();
    panel.replaceChildren(...parts.filter(Boolean));
    for (const id of opened.filter(Boolean)) if (byId(id)) byId(id).open = true;
    if (held !== null) (byId(held) ?? panel).focus({ preventScroll: true });
    if (!same) panel.scrollTop = 0;
  };

  lookout.on("selected", show);
  // A track's figures follow the clock; a flag's do not.
  lookout.on("timed", () => {
    if (lookout.state.track !== null) show();
  });
}
