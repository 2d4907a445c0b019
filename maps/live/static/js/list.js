"use strict";
// The list of alerts, and of flags that no alert was made of: what nobody has seen comes first.
// The order is that of arrival and never of a score that changes, so that no row jumps from under a hand.
{
  const { element, byId, format } = lookout;
  const scroll = byId("flags").querySelector(".scroll");
  const show = byId("show");
  const RANK = { new: 0, acknowledged: 1, unknown: 1, none: 2, closed: 3 };
  const STATES = { new: "New", acknowledged: "Seen", unknown: "Unknown", none: "Flag only", closed: "Closed" };
  let order = [];

  const stateOf = (flag) => flag.alert?.state ?? "none";
  const ended = (flag) => stateOf(flag) === "closed" || (stateOf(flag) === "none" && flag.state !== "open");

  const matches = (flag) =>
    lookout.shownFlags.has(flag.index) &&
    (show.value !== "new" || stateOf(flag) === "new") &&
    (show.value !== "open" || !ended(flag)) &&
    flag.sought.includes(lookout.state.search);

  const when = (flag) => (Number.isFinite(flag.alert?.opened) ? flag.alert.opened : flag.raised);

  const compare = (a, b) => RANK[stateOf(a)] - RANK[stateOf(b)] || when(b) - when(a) || a.index - b.index;

  const line = (flag) => {
    const state = stateOf(flag);
    const choose = () => lookout.select({ flag: flag.index, go: true });
    const shape = state === "closed" ? "closed" : flag.state === "withdrawn" ? "withdrawn" : state === "none" ? "unknown" : "open";
    const name = element(
      "button",
      { type: "button", class: "choose", "data-key": flag.index },
      element("span", { class: `badge is-${shape}` }, lookout.glyph(flag.kind)),
      element(
        "span",
        {},
        flag.planted ? element("span", { class: "planted" }, "PLANTED") : null,
        format.words(flag.kind),
        element("small", {}, element("bdi", {}, flag.who)),
        element("small", { class: "place" }, format.place(flag.lat, flag.lon)),
      ),
    );
    const time = when(flag);
    const going = flag.state === "withdrawn" ? "withdrawn" : Number.isFinite(flag.end) ? "over" : "going on";
    return element(
      "tr",
      { "data-flag": flag.index, class: `is-${state}`, onclick: choose },
      element("td", {}, name),
      element("td", { class: "time" }, Number.isFinite(time) ? format.clock(time) : format.NONE, element("small", {}, going)),
      element("td", { class: "number" }, Number.isFinite(flag.score) ? flag.score.toFixed(2) : format.NONE),
      element("td", {}, element("span", { class: `verdict is-${state}` }, STATES[state]), element("small", {}, flag.force.join(", "))),
    );
  };

  const mark = () => {
    for (const row of scroll.querySelectorAll("tr[data-flag]")) {
      const chosen = Number(row.dataset.flag) === lookout.state.flag;
      if (chosen && !row.classList.contains("chosen")) row.scrollIntoView({ block: "nearest" });
      row.classList.toggle("chosen", chosen);
      row.querySelector("button").setAttribute("aria-pressed", String(chosen));
    }
  };

  const count = () => {
    const fresh = [...lookout.alerts.values()].filter((alert) => alert.state === "new").length;
    byId("flags-count").textContent = fresh ? `${fresh} new` : String(order.length);
    byId("flags-count").classList.toggle("fresh", fresh > 0);
    document.title = fresh ? `(${fresh}) ${lookout.page.title}` : lookout.page.title;
  };

  const fill = () => {
    const held = scroll.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
    order = lookout.flags.filter(matches).sort(compare);
    const head = ["Alert", "Raised", "Score", "State"].map((name) => element("th", { scope: "col" }, element("span", {}, name)));
    const table = element(
      "table",
      {},
      element("caption", { class: "unseen" }, "Alerts"),
      element("thead", {}, element("tr", {}, ...head)),
      element("tbody", {}, ...order.map(line)),
    );
    const nothing = lookout.shownFlags.size ? "Nothing matches." : "Nothing has been flagged.";
    scroll.replaceChildren(order.length ? table : element("p", { class: "quiet" }, nothing));
    if (held !== undefined) scroll.querySelector(`[data-key="${Number(held)}"]`)?.focus({ preventScroll: true });
    count();
    mark();
    lookout.tell("listed");
  };

  /** The alert so many lines further down the list than the one chosen. */
  lookout.stepFlag = (step) => {
    if (!order.length) return;
    const at = order.findIndex((flag) => flag.index === lookout.state.flag);
    const next = at < 0 ? (step > 0 ? 0 : order.length - 1) : Math.max(0, Math.min(order.length - 1, at + step));
    lookout.select({ flag: order[next].index, go: true });
    lookout.say(`Alert ${next + 1} of ${order.length}: ${format.words(order[next].kind)}, ${order[next].who}`);
  };

  lookout.listedFlags = () => order.map((flag) => flag.index);
  show.addEventListener("change", fill);
  lookout.on("cased", fill);
  lookout.on("searched", fill);
  lookout.on("selected", mark);
  fill();
}
