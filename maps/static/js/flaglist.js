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
  let sort = { key: "start", falls: true };
  let order = [];
  // A date on every line is noise while there is only one.
  const days = new Set(lookout.flags.map((flag) => format.day(flag.start))).size;

  for (const flag of lookout.flags) {
    flag.who = flag.subjects.map(lookout.nameOf).join(" and ") || "Area";
    const says = flag.subjects.flatMap((subject) => [subject, ...Object.values(lookout.says(subject))]);
    flag.sought = [flag.kind, format.words(flag.kind), flag.id, flag.summary, ...flag.force, ...says].join("\n").toLowerCase();
  }

  const matches = (flag) =>
    (kindChoice.value === "" || flag.kind === kindChoice.value) &&
    (stateChoice.value === "" || flag.state === stateChoice.value) &&
    flag.sought.includes(lookout.state.search);

  const compare = (a, b) => {
    const { value } = COLUMNS.find((column) => column.key === sort.key);
    const [x, y] = [value(a), value(b)];
    const way = x < y ? -1 : x > y ? 1 : 0;
    return (sort.falls ? -way : way) || a.index - b.index;
  };

  const header = (column) => {
    const way = sort.key === column.key ? (sort.falls ? "descending" : "ascending") : "none";
    const onclick = () => {
      sort = { key: column.key, falls: sort.key === column.key ? !sort.falls : Boolean(column.falls) };
      fill();
      scroll.querySelector(`[data-sort="${column.key}"]`).focus();
    };
    const button = element("button", { type: "button", "data-sort": column.key, onclick }, column.name);
    return element("th", { scope: "col", "aria-sort": way }, button);
  };

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
    const state = ["open", "closed", "withdrawn"].includes(flag.state) ? flag.state : "unknown";
    const place = element("small", { class: "place" }, format.place(flag.lat, flag.lon));
    const force = flag.force.length ? element("small", {}, element("bdi", {}, flag.force.join(", "))) : null;
    const name = element(
      "button",
      { type: "button", class: "choose" },
      element("span", { class: `badge is-${state}` }, lookout.glyph(flag.kind)),
      element("span", {}, format.words(flag.kind), element("small", {}, element("bdi", {}, flag.who)), place, force),
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

  const mark = () => {
    for (const row of scroll.querySelectorAll("tr[data-flag]")) {
      const chosen = Number(row.dataset.flag) === lookout.state.flag;
      row.classList.toggle("chosen", chosen);
      row.querySelector("button").setAttribute("aria-pressed", String(chosen));
      if (chosen) row.scrollIntoView({ block: "nearest" });
    }
  };

  const fill = () => {
    order = lookout.flags.filter(matches).sort(compare);
    lookout.shownFlags = new Set(order.map((flag) => flag.index));
    byId("flags-count").textContent =
      order.length === lookout.flags.length ? String(order.length) : `${order.length} of ${lookout.flags.length}`;
    const table = element(
      "table",
      {},
      element("caption", { class: "unseen" }, "Flags"),
      element("thead", {}, element("tr", {}, ...COLUMNS.map(header))),
      element("tbody", {}, ...order.map(line)),
    );
    const nothing = lookout.flags.length ? "No flag matches." : "Nothing was flagged.";
    scroll.replaceChildren(order.length ? table : element("p", { class: "quiet" }, nothing));
    mark();
    lookout.tell("listed");
  };

  const choices = (select, values, all) => {
    const options = [...new Set(values)].sort().map((value) => element("option", { value }, format.words(value)));
    select.replaceChildren(element("option", { value: "" }, all), ...options);
    select.addEventListener("change", fill);
  };
  choices(kindChoice, lookout.flags.map((flag) => flag.kind), "All");
  choices(stateChoice, lookout.flags.map((flag) => flag.state), "All");

  /** The flag so many lines further down the list than the one chosen. */
  lookout.stepFlag = (step) => {
    if (!order.length) return;
    const at = order.findIndex((flag) => flag.index === lookout.state.flag);
    const next = at < 0 ? (step > 0 ? 0 : order.length - 1) : Math.max(0, Math.min(order.length - 1, at + step));
    lookout.select({ flag: order[next].index, go: true });
    lookout.say(`Flag ${next + 1} of ${order.length}: ${format.words(order[next].kind)}, ${order[next].who}`);
  };

  lookout.listedFlags = () => order.map((flag) => flag.index);
  lookout.on("selected", mark);
  lookout.on("searched", fill);
  fill();
}
