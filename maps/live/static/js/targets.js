"use strict";
// The list of targets: everything that is on the map. By name, and drawn anew every few seconds at
// most, so that it can be read; never while the pointer or the keyboard is in it.
{
  const { element, byId, format } = lookout;
  const PAGE = 200;
  const EVERY_MS = 3000;
  const panel = byId("targets");
  const scroll = panel.querySelector(".scroll");
  const tracks = lookout.tracks;
  let order = [];
  let length = PAGE;
  let drawn = 0;

  const sought = (track) => {
    const [subject] = tracks.subjects[track];
    return [subject, ...Object.values(lookout.says(subject))].join("\n").toLowerCase();
  };

  const matches = (track) =>
    tracks.alive[track] === 1 &&
    !lookout.state.hidden.has(tracks.kinds[tracks.kind[track]][0]) &&
    (lookout.state.search === "" || sought(track).includes(lookout.state.search));

  const line = (track) => {
    const [subject] = tracks.subjects[track];
    const kind = tracks.kinds[tracks.kind[track]][0];
    const height = lookout.isAir(tracks, track) ? format.feet(tracks.alt[track]) : format.course(tracks.cog[track]);
    const name = element("bdi", {}, lookout.nameOf(subject));
    const button = element("button", { type: "button", class: "choose" }, element("span", { class: `swatch kind-${kind}` }), element("span", {}, name, element("small", {}, subject)));
    return element(
      "tr",
      { "data-track": track, onclick: () => lookout.select({ track, go: true }) },
      element("td", {}, button),
      element("td", { class: "time" }, format.clock(tracks.time[track]), element("small", { class: "place" }, format.place(tracks.lat[track], tracks.lon[track]))),
      element("td", { class: "number" }, format.knots(tracks.sog[track]), element("small", {}, height)),
    );
  };

  const mark = () => {
    for (const row of scroll.querySelectorAll("tr[data-track]")) {
      const chosen = Number(row.dataset.track) === lookout.state.track;
      row.classList.toggle("chosen", chosen);
      row.querySelector("button").setAttribute("aria-pressed", String(chosen));
    }
  };

  const collect = () => {
    const found = [];
    for (let track = 0; track < tracks.count; track += 1) if (matches(track)) found.push(track);
    const keys = new Map(found.map((track) => [track, lookout.nameOf(tracks.subjects[track][0]).toLowerCase()]));
    order = found.sort((a, b) => (keys.get(a) < keys.get(b) ? -1 : keys.get(a) > keys.get(b) ? 1 : a - b));
  };

  const fill = () => {
    drawn = performance.now();
    collect();
    const head = ["Target", "Heard, UTC", "Speed"].map((name) => element("th", { scope: "col" }, element("span", {}, name)));
    const table = element(
      "table",
      {},
      element("caption", { class: "unseen" }, "Targets"),
      element("thead", {}, element("tr", {}, ...head)),
      element("tbody", {}, ...order.slice(0, length).map(line)),
    );
    const more = () => {
      length += PAGE;
      fill();
    };
    const rest = order.length - length;
    const nothing = element("p", { class: "quiet" }, lookout.traffic.shown ? "No target matches." : "Nothing is heard.");
    scroll.replaceChildren(
      order.length ? table : nothing,
      ...(rest > 0 ? [element("button", { type: "button", class: "more", onclick: more }, `Show ${Math.min(PAGE, rest)} more of ${format.grouped(order.length)}`)] : []),
    );
    mark();
  };

  const refresh = () => {
    if (!panel.hidden) fill();
  };

  lookout.on("moved", () => {
    byId("targets-count").textContent = format.grouped(lookout.traffic.shown);
    const busy = scroll.matches(":hover") || scroll.contains(document.activeElement);
    if (!panel.hidden && !busy && performance.now() - drawn > EVERY_MS) fill();
  });

  lookout.stepTarget = (step) => {
    if (!order.length) return;
    const at = order.indexOf(lookout.state.track);
    const next = at < 0 ? (step > 0 ? 0 : order.length - 1) : Math.max(0, Math.min(order.length - 1, at + step));
    lookout.select({ track: order[next], go: true });
    lookout.say(`Target ${next + 1} of ${order.length}: ${lookout.nameOf(tracks.subjects[order[next]][0])}`);
  };

  lookout.listedTargets = () => {
    collect();
    return order;
  };
  for (const event of ["searched", "filtered", "tabbed"]) {
    lookout.on(event, () => {
      length = PAGE;
      refresh();
    });
  }
  lookout.on("selected", mark);
}
