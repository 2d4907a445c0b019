"use strict";
// The list of targets: every track, so that nothing is only on the map.
{
  const { element, byId, format } = lookout;
  const PAGE = 200;
  const traffic = lookout.tracks;
  const scroll = byId("targets").querySelector(".scroll");
  const COLUMNS = [
    { key: "name", name: "Target", value: (track) => names[track].toLowerCase() },
    { key: "heard", name: "Heard, UTC", value: (track) => traffic.time[lookout.lastRow(traffic, track)], falls: true },
    { key: "speed", name: "Speed", value: (track) => traffic.sog[lookout.lastRow(traffic, track)] || 0, falls: true },
  ];
  const names = traffic.subjects.map(([subject]) => lookout.nameOf(subject));
  const sought = traffic.subjects.map((subjects, track) =>
    [names[track], ...subjects.flatMap((subject) => [subject, ...Object.values(lookout.says(subject))])].join("\n").toLowerCase(),
  );
  let sort = { key: "name", falls: false };
  let order = [];
  let length = PAGE;
  let stale = true;

  const matches = (track) =>
    sought[track].includes(lookout.state.search) && !lookout.state.hidden.has(traffic.kinds[traffic.kind[track]][0]);

  const compare = (a, b) => {
    const { value } = COLUMNS.find((column) => column.key === sort.key);
    const [x, y] = [value(a), value(b)];
    const way = x < y ? -1 : x > y ? 1 : 0;
    return (sort.falls ? -way : way) || a - b;
  };

  const header = (column) => {
    const way = sort.key === column.key ? (sort.falls ? "descending" : "ascending") : "none";
    const onclick = () => {
      sort = { key: column.key, falls: sort.key === column.key ? !sort.falls : Boolean(column.falls) };
      refresh();
      scroll.querySelector(`[data-sort="${column.key}"]`).focus();
    };
    const button = element("button", { type: "button", "data-sort": column.key, onclick }, column.name);
    return element("th", { scope: "col", "aria-sort": way }, button);
  };

  const line = (track) => {
    const row = lookout.lastRow(traffic, track);
    const kind = traffic.kinds[traffic.kind[track]];
    const height = lookout.isAir(traffic, track) ? format.feet(traffic.alt[row]) : format.course(traffic.cog[row]);
    const swatch = element("span", { class: `swatch kind-${kind[0]}` });
    return element(
      "tr",
      { "data-track": track, onclick: () => lookout.select({ track, go: true }) },
      element(
        "td",
        {},
        element(
          "button",
          { type: "button", class: "choose" },
          swatch,
          element("span", {}, element("bdi", {}, names[track]), element("small", {}, traffic.subjects[track][0]), element("small", {}, kind[1])),
        ),
      ),
      element(
        "td",
        { class: "time" },
        format.clock(traffic.time[row]),
        element("small", { class: "place" }, format.place(traffic.lat[row], traffic.lon[row])),
      ),
      element("td", { class: "number" }, format.knots(traffic.sog[row]), element("small", {}, height)),
    );
  };

  const mark = () => {
    for (const row of scroll.querySelectorAll("tr[data-track]")) {
      const chosen = Number(row.dataset.track) === lookout.state.track;
      row.classList.toggle("chosen", chosen);
      row.querySelector("button").setAttribute("aria-pressed", String(chosen));
      if (chosen) row.scrollIntoView({ block: "nearest" });
    }
  };

  const more = () =>
    element(
      "button",
      {
        type: "button",
        class: "more",
        onclick: () => {
          length += PAGE;
          refresh();
        },
      },
      `Show ${Math.min(PAGE, order.length - length)} more of ${format.grouped(order.length)}`,
    );

  const refresh = () => {
    order = Array.from({ length: traffic.count }, (_, track) => track).filter(matches);
    byId("targets-count").textContent =
      order.length === traffic.count ? format.grouped(order.length) : `${order.length} of ${traffic.count}`;
    stale = byId("targets").hidden;
    if (stale) return;
    order.sort(compare);
    const table = element(
      "table",
      {},
      element("caption", { class: "unseen" }, "Targets"),
      element("thead", {}, element("tr", {}, ...COLUMNS.map(header))),
      element("tbody", {}, ...order.slice(0, length).map(line)),
    );
    const nothing = element("p", { class: "quiet" }, traffic.count ? "No target matches." : "Nothing was heard.");
    scroll.replaceChildren(order.length ? table : nothing, ...(order.length > length ? [more()] : []));
    mark();
  };

  /** The track so many lines further down the list than the one chosen. */
  lookout.stepTarget = (step) => {
    if (!order.length) return;
    const at = order.indexOf(lookout.state.track);
    const next = at < 0 ? (step > 0 ? 0 : order.length - 1) : Math.max(0, Math.min(order.length - 1, at + step));
    if (next >= length) {
      length += PAGE;
      refresh();
    }
    lookout.select({ track: order[next], go: true });
    lookout.say(`Target ${next + 1} of ${order.length}: ${names[order[next]]}`);
  };

  lookout.listedTargets = () => order;
  lookout.on("searched", () => {
    length = PAGE;
    refresh();
  });
  lookout.on("filtered", refresh);
  lookout.on("tabbed", () => {
    if (stale) refresh();
  });
  lookout.on("selected", mark);
  refresh();
}
