"use strict";
// The list of flags: everything that the map shows of them, sorted and filtered.
{
  const { element, byId, format } = lookout;
  const COLUMNS = [
    { key: "kind", name: "Flag", value: (flag) => `${flag.kind} ${flag.who}` },
    { key: "start", name: "When, UTC", value: (flag) => flag.start, falls: true },
    { key: "score", name: "Score", value: (flag) => flag.score, falls: true },
    { key: "state", name: "State", value: (flag) => ["open", "closed", "withdrawn"].indexOf(flag.state) },
  ];
  const scroll = byId("flags").querySelector(".scroll");
  const kindChoice = byId("flag-kind");
  const stateChoice = byId("flag-state");
  let order = [];
  // A date on every line is noise while there is only one.
  const days = new Set(lookout.flags.map((flag) => format.day(flag.start))).size;

  lookout.flags.forEach(lookout.nameFlag);

  const matches = (flag) =>
    (kindChoice.value === "" || flag.kind === kindChoice.value) &&
    (stateChoice.value === "" || flag.state === stateChoice.value) &&
    flag.sought.includes(lookout.state.search);

  const when = (flag) => {
    if (!Number.isFinite(flag.start)) return [format.NONE];
    const end = Number.isFinite(flag.end) ? `to ${format.clock(flag.end)}` : "going on";
    return [format.clock(flag.start), element("small", {}, end), days > 1 ? element("small", {}, format.day(flag.start)) : null];
  };

  const score = (flag) => {
    const share = Math.max(0, Math.min(1, flag.score || 0));
    const meter = element("meter", { min: 0, max: 1, value: share, "aria-hidden": "true" });
    return [Number.isFinite(flag.score) ? flag.score.toFixed(2) : format.NONE, meter];
  };

  const line = (flag) => {
    const choose = () => lookout.select({ flag: flag.index, go: true });
    const state = lookout.shapeOf(flag);
    const place = element("small", { class: "place" }, format.place(flag.lat, flag.lon));
    const force = flag.force.length ? element("small", {}, element("bdi", {}, flag.force.join(", "))) : null;
    const name = element(
      "button",
      { type: "button", class: "choose", "data-key": flag.index },
      element("span", { class: `badge is-${state}` }, lookout.glyph(flag.kind)),
      element("span", {}, flag.planted ? element("span", { class: "planted" }, "PLANTED") : null, format.words(flag.kind), element("small", {}, element("bdi", {}, flag.who)), place, force),
    );
    const row = element(
      "tr",
      { "data-flag": flag.index, onclick: choose },
      element("td", {}, name),
      element("td", { class: "time" }, ...when(flag)),
      element("td", { class: "number" }, ...score(flag)),
      element("td", {}, element("span", { class: `state is-${state}` }, format.words(flag.state))),
    );
    return row;
  };

  const mark = () => lookout.markRows(scroll, "flag", lookout.state.flag);

  const fill = () => {
    order = sorter.sorted(lookout.flags.filter(matches), (a, b) => a.index - b.index);
    lookout.shownFlags = new Set(order.map((flag) => flag.index));
    byId("flags-count").textContent =
      order.length === lookout.flags.length ? String(order.length) : `${order.length} of ${lookout.flags.length}`;
    const table = lookout.table("Flags", sorter.heads(), order.map(line));
    const nothing = lookout.flags.length ? "No flag matches." : "Nothing was flagged.";
    lookout.refill(scroll, order.length ? table : element("p", { class: "quiet" }, nothing));
    mark();
    lookout.tell("listed");
  };

  const sorter = lookout.sorter(scroll, COLUMNS, { key: "start", falls: true }, fill);
  for (const flag of lookout.flags) if (flag.planted) for (const subject of flag.subjects) lookout.planted.add(subject);

  const choices = (select, values, all) => {
    const options = [...new Set(values)].sort().map((value) => element("option", { value }, format.words(value)));
    select.replaceChildren(element("option", { value: "" }, all), ...options);
    select.addEventListener("change", fill);
  };
  choices(kindChoice, lookout.flags.map((flag) => flag.kind), "All");
  choices(stateChoice, lookout.flags.map((flag) => flag.state), "All");

  /** The flag so many lines further down the list than the one chosen. */
  lookout.stepFlag = (step) => {
    const next = lookout.stepped(order.length, order.findIndex((flag) => flag.index === lookout.state.flag), step);
    if (next < 0) return;
    lookout.select({ flag: order[next].index, go: true });
    lookout.say(`Flag ${next + 1} of ${order.length}: ${format.words(order[next].kind)}, ${order[next].who}`);
  };

  lookout.listedFlags = () => order.map((flag) => flag.index);
  lookout.on("selected", mark);
  lookout.on("searched", fill);
  fill();
}
