"use strict";
// The health of the receivers: the watch must know where it is deaf.
{
  const { element, byId, format } = lookout;
  const scroll = byId("stations").querySelector(".scroll");
  const rows = new Map();
  const RANK = { lost: 0, silent: 1, alive: 3 };
  const rank = (row) => RANK[row.state] ?? 2;
  const known = (value) => value !== undefined && value !== null && value !== "";
  const outside = (value) => element("bdi", {}, String(value));

  const figure = (value) => (typeof value === "number" ? format.number(value) : known(value) ? outside(value) : format.NONE);

  const line = (row) => {
    const state = RANK[row.state] === undefined ? "other" : row.state;
    const heard = format.seconds(row.heard);
    const notes = [
      known(row.clock_offset_s) && Math.abs(row.clock_offset_s) >= 0.5 ? ["clock off by ", figure(row.clock_offset_s), " s"] : null,
      known(row.spool) && row.spool !== 0 ? ["spool ", figure(row.spool)] : null,
      known(row.note) ? [outside(row.note)] : null,
    ].filter(Boolean);
    return element(
      "tr",
      {},
      element("td", {}, element("b", {}, outside(row.id)), element("small", {}, outside([row.kind, row.version].filter(known).join(", ")))),
      element("td", {}, element("span", { class: `health is-${state}` }, outside(format.words(row.state) || "Unknown")), ...notes.map((note) => element("small", {}, ...note))),
      element("td", { class: "time" }, Number.isFinite(heard) ? format.clock(heard) : format.NONE),
      element("td", { class: "number" }, figure(row.per_minute), element("small", {}, "a minute")),
    );
  };

  const fill = () => {
    const order = [...rows.values()].sort((a, b) => rank(a) - rank(b) || (String(a.id) < String(b.id) ? -1 : 1));
    const deaf = order.filter((row) => row.state !== "alive").length;
    byId("stations-count").textContent = deaf ? `${deaf} down` : String(order.length);
    byId("stations-count").classList.toggle("fresh", deaf > 0);
    const table = lookout.table("Stations", ["Station", "State", "Heard", "Messages"], order.map(line));
    lookout.traffic.deaf = order.length > 0 && deaf === order.length;
    scroll.replaceChildren(order.length ? table : element("p", { class: "quiet" }, "No station has reported yet."));
  };

  lookout.on("moved", ({ whole, message }) => {
    const { put, gone } = message.stations;
    if (whole) rows.clear();
    for (const row of put) rows.set(String(row.id), row);
    for (const id of gone) rows.delete(String(id));
    if (whole || put.length || gone.length) fill();
  });
  fill();
}
