"use strict";
// The list of alerts, and of flags that no alert was made of: what nobody has seen comes first.
// The order is that of arrival and never of a score that changes, so that no row jumps from under a hand.
{
  const { element, byId, format } = lookout;
  const PAGE = 200;
  const scroll = byId("flags").querySelector(".scroll");
  const RANK = { new: 0, grown: 0, unknown: 0, acknowledged: 1, none: 2, closed: 3 };
  const STATES = { new: "New", grown: "Grown", unknown: "Unknown", acknowledged: "Seen", none: "Flag only", closed: "Closed" };
  let order = [];
  let length = PAGE;

  const when = (flag) => (Number.isFinite(flag.alert?.opened) ? flag.alert.opened : flag.raised);
  const late = (flag) => (Number.isFinite(when(flag)) ? when(flag) : -Infinity);
  const compare = (a, b) => RANK[lookout.stateOf(a)] - RANK[lookout.stateOf(b)] || (late(b) > late(a) ? 1 : late(b) < late(a) ? -1 : a.index - b.index);

  const going = (flag) => {
    if (flag.state === "withdrawn") return "withdrawn";
    if (Number.isFinite(flag.end)) return "over";
    return flag.state === "open" ? "going on" : "not known";
  };

  const line = (flag) => {
    const state = lookout.stateOf(flag);
    const time = when(flag);
    const name = element(
      "button",
      { type: "button", class: "choose", "data-key": flag.index },
      element("span", { class: `badge is-${lookout.shapeOf(flag)}${lookout.isWaiting(flag) ? " waits" : ""}` }, lookout.glyph(flag.kind)),
      element(
        "span",
        {},
        flag.planted ? element("span", { class: "planted" }, "PLANTED") : null,
        format.words(flag.kind),
        element("small", {}, element("bdi", {}, flag.who)),
        element("small", { class: "place" }, format.place(flag.lat, flag.lon)),
      ),
    );
    const choose = () => lookout.select({ flag: flag.index, go: true });
    return element(
      "tr",
      { "data-flag": flag.index, class: `is-${state}${flag.planted ? " is-planted" : ""}`, onclick: choose },
      element("td", {}, name),
      element("td", { class: "time" }, Number.isFinite(time) ? format.clock(time) : format.NONE, element("small", {}, going(flag))),
      element("td", { class: "number" }, Number.isFinite(flag.score) ? flag.score.toFixed(2) : format.NONE),
      element("td", {}, element("span", { class: `verdict is-${state}` }, STATES[state]), flag.alert?.grown ? element("small", {}, "grown since") : "", element("small", {}, element("bdi", {}, flag.force.join(", ")))),
    );
  };

  // Where the alert chosen stands, or stood before it was closed and left the list.
  let at = -1;
  const mark = () => {
    const found = order.findIndex((flag) => flag.index === lookout.state.flag);
    if (found >= 0 || lookout.state.flag === null) at = found;
    lookout.markRows(scroll, "flag", lookout.state.flag);
  };

  const count = () => {
    const waiting = [...lookout.alerts.values()].filter((alert) => lookout.isWaiting({ alert })).length;
    byId("flags-count").textContent = waiting ? `${waiting} new` : String(order.length);
    byId("flags-count").classList.toggle("fresh", waiting > 0);
    lookout.traffic.waiting = waiting;
    lookout.tell("counted");
  };

  // The map shows what the choices above the list let through, whatever is being searched for.
  const fill = () => {
    const passed = lookout.passedFlags(lookout.flags.filter((flag) => lookout.standing.has(flag.index)));
    lookout.shownFlags = new Set(passed.map(({ index }) => index));
    order = passed.filter((flag) => flag.sought.includes(lookout.state.search)).sort(compare);
    const more = () => {
      length += PAGE;
      fill();
    };
    const nothing = lookout.standing.size ? "Nothing matches." : "Nothing has been flagged.";
    const table = lookout.table("Alerts", ["Alert", "Raised", "Score", "State"], order.slice(0, length).map(line));
    lookout.refill(scroll, order.length ? table : element("p", { class: "quiet" }, nothing), lookout.moreButton(length, order.length, PAGE, more));
    count();
    mark();
    lookout.tell("listed");
  };

  /** The alert so many lines further down the list than the one chosen. */
  lookout.stepFlag = (step) => {
    const left = at >= 0 && order[at]?.index !== lookout.state.flag;
    const next = lookout.stepped(order.length, left && step > 0 ? at - 1 : at, step);
    if (next < 0) return;
    if (next >= length) {
      length += PAGE;
      fill();
    }
    const flag = order[next];
    lookout.select({ flag: flag.index, go: true });
    lookout.say(`Alert ${next + 1} of ${order.length}: ${flag.planted ? "planted, " : ""}${format.words(flag.kind)}, ${flag.who}, ${STATES[lookout.stateOf(flag)]}`);
  };

  lookout.listedFlags = () => order.map((flag) => flag.index);
  for (const event of ["cased", "searched", "sifted"]) lookout.on(event, fill);
  lookout.on("selected", mark);
  fill();
}
