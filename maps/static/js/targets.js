"use strict";
// The list of targets: everything that is on the map, so that nothing is only there. Where targets move
// it is drawn anew every few seconds at most, and never while somebody reads or walks in it.
{
  const { element, byId, format } = lookout;
  const PAGE = 100;
  const EVERY_MS = 3000;
  const tracks = lookout.tracks;
  const panel = byId("targets");
  const scroll = panel.querySelector(".scroll");
  const nameOf = (track) => lookout.nameOf(tracks.subjects[track][0]);
  const rowOf = (track) => lookout.lastRow(tracks, track);
  const COLUMNS = [
    { key: "name", name: "Target", value: (track) => nameOf(track).toLowerCase() },
    { key: "heard", name: "Heard, UTC", value: (track) => tracks.time[rowOf(track)], falls: true },
    { key: "speed", name: "Speed", value: (track) => tracks.sog[rowOf(track)] || 0, falls: true },
  ];
  let order = [];
  let length = PAGE;
  let stale = true;
  let named = true;
  let drawn = 0;

  const lives = (track) => tracks.alive === undefined || tracks.alive[track] === 1;

  const sought = (track) =>
    tracks.subjects[track]
      .flatMap((subject) => [subject, ...Object.values(lookout.says(subject))])
      .some((text) => String(text).toLowerCase().includes(lookout.state.search));

  const matches = (track) => lives(track) && !lookout.hiddenTrack(track) && (lookout.state.search === "" || sought(track));

  const line = (track) => {
    const row = rowOf(track);
    const [subject] = tracks.subjects[track];
    const [kind, words] = tracks.kinds[tracks.kind[track]];
    const height = lookout.isAir(tracks, track) ? format.feet(tracks.alt[row]) : format.course(tracks.cog[row]);
    const planted = lookout.planted.has(subject) ? element("span", { class: "planted" }, "PLANTED") : null;
    const name = [planted, element("bdi", {}, nameOf(track)), element("small", {}, subject), element("small", {}, words)];
    const button = element(
      "button",
      { type: "button", class: "choose", "data-key": track },
      element("span", { class: `swatch kind-${kind}` }),
      element("span", {}, ...name.filter(Boolean)),
    );
    return element(
      "tr",
      { "data-track": track, onclick: () => lookout.select({ track, go: true }) },
      element("td", {}, button),
      element("td", { class: "time" }, format.clock(tracks.time[row]), element("small", { class: "place" }, format.place(tracks.lat[row], tracks.lon[row]))),
      element("td", { class: "number" }, format.knots(tracks.sog[row]), element("small", {}, height)),
    );
  };

  const mark = () => lookout.markRows(scroll, "track", lookout.state.track);

  const collect = () => {
    const found = [];
    for (let track = 0; track < tracks.count; track += 1) if (matches(track)) found.push(track);
    return found;
  };

  const count = (found) => {
    const all = lookout.traffic?.shown ?? tracks.count;
    byId("targets-count").textContent = found === all ? format.grouped(all) : `${found} of ${format.grouped(all)}`;
  };

  const sort = () => {
    order = sorter.sorted(collect(), (a, b) => a - b);
    named = true;
  };

  const fill = () => {
    drawn = performance.now();
    sort();
    draw();
  };

  const draw = () => {
    stale = panel.hidden;
    count(order.length);
    if (stale) return;
    const more = () => {
      length += PAGE;
      fill();
    };
    const nothing = element("p", { class: "quiet" }, tracks.count ? "No target matches." : "Nothing is heard.");
    const table = lookout.table("Targets", sorter.heads(), order.slice(0, length).map(line));
    lookout.refill(scroll, order.length ? table : nothing, lookout.moreButton(length, order.length, PAGE, more));
    mark();
  };

  const sorter = lookout.sorter(scroll, COLUMNS, { key: "name", falls: false }, fill);

  /** The track so many lines further down the list than the one chosen. */
  lookout.stepTarget = (step) => {
    const next = lookout.stepped(order.length, order.indexOf(lookout.state.track), step);
    if (next < 0) return;
    if (next >= length) {
      length += PAGE;
      fill();
    }
    lookout.select({ track: order[next], go: true });
    lookout.say(`Target ${next + 1} of ${order.length}: ${nameOf(order[next])}`);
  };

  lookout.listedTargets = () => {
    if (stale) sort();
    return order;
  };
  lookout.on("searched", () => {
    length = PAGE;
    fill();
  });
  lookout.on("filtered", fill);
  lookout.on("tabbed", () => {
    if (stale) fill();
  });
  lookout.on("moved", ({ whole, message }) => {
    stale = true;
    if (whole || message.who.length || message.gone.length) named = false;
    const plain = lookout.state.search === "" && lookout.state.hidden.size === 0;
    if (plain) count(lookout.traffic.shown);
    const busy = scroll.matches(":hover") || scroll.contains(document.activeElement);
    const early = performance.now() - drawn < EVERY_MS;
    if (early || busy || panel.hidden) return;
    drawn = performance.now();
    // Sorting twenty thousand names takes longer than a frame; while nobody comes or goes it is not needed.
    if (!named || sorter.key !== "name") sort();
    draw();
  });
  lookout.on("selected", mark);
  fill();
}
