"use strict";
// The last script: buttons, tabs and search; what selection does to the map; the connection; and
// `window.headland`, through which tests and curious people may look, not touch.
{
  const { byId, map, tracks } = lookout;

  const home = map.getBounds();
  const movement = () => ({ animate: !matchMedia("(prefers-reduced-motion: reduce)").matches });
  lookout.showAll = () => map.fitBounds(home, movement());

  byId("zoom-in").addEventListener("click", () => map.zoomIn());
  byId("zoom-out").addEventListener("click", () => map.zoomOut());
  byId("zoom-all").addEventListener("click", () => lookout.showAll());
  L.DomEvent.disableClickPropagation(byId("tools"));
  for (const id of ["legend", "readout"]) {
    L.DomEvent.disableClickPropagation(byId(id));
    L.DomEvent.disableScrollPropagation(byId(id));
  }
  map.getContainer().setAttribute("aria-label", "Chart; arrow keys move it. Everything on it is also in the lists.");
  map.getContainer().setAttribute("role", "application");

  const night = byId("night");
  const showTheme = () => night.setAttribute("aria-pressed", String(lookout.theme.night));
  night.addEventListener("click", () => lookout.theme.toggle());
  lookout.on("themed", showTheme);
  showTheme();

  const tabs = ["flags", "targets", "stations"];
  const open = (name, focus = false) => {
    for (const tab of tabs) {
      const button = byId(`tab-${tab}`);
      button.setAttribute("aria-selected", String(tab === name));
      button.tabIndex = tab === name ? 0 : -1;
      byId(tab).hidden = tab !== name;
    }
    if (focus) byId(`tab-${name}`).focus();
    lookout.tell("tabbed", name);
  };
  tabs.forEach((name, at) => {
    byId(`tab-${name}`).addEventListener("click", () => open(name));
    byId(`tab-${name}`).addEventListener("keydown", (event) => {
      const way = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (way) open(tabs[(at + way + tabs.length) % tabs.length], true);
    });
  });

  const search = byId("search");
  let waiting = 0;
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      lookout.find(search.value);
      const [flags, targets] = [lookout.listedFlags().length, lookout.listedTargets().length];
      if (lookout.state.search && !flags && targets) open("targets");
      lookout.say(`${flags} alerts and ${targets} targets match`);
    }, 120);
  });
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    lookout.find(search.value);
    const [track] = lookout.listedTargets();
    const [flag] = lookout.listedFlags();
    if (track === undefined && flag === undefined) return;
    open(track === undefined ? "flags" : "targets");
    lookout.select(track === undefined ? { flag, go: true } : { track, go: true });
  });

  // Bring what was chosen into the window without losing the surroundings.
  const bringIn = () => {
    const { flag, track } = lookout.state;
    const place = flag !== null ? [lookout.flags[flag].lat, lookout.flags[flag].lon] : [tracks.lat[track], tracks.lon[track]];
    if (!place.every(Number.isFinite)) return;
    const area = lookout.areaBounds();
    if (area) map.fitBounds(area.extend(place), { padding: [40, 40], maxZoom: 12, ...movement() });
    else map.setView(place, Math.max(map.getZoom(), 12), movement());
  };
  lookout.on("selected", ({ go }) => {
    if (go) bringIn();
  });

  // A target's figures follow it; they rest while the keyboard is among them.
  const details = byId("details");
  lookout.on("moved", () => {
    if (lookout.state.track !== null && !details.contains(document.activeElement)) lookout.tell("timed");
  });

  new ResizeObserver(() => map.invalidateSize()).observe(map.getContainer());
  lookout.link.connect();

  const copy = (name) => Array.from(tracks[name].subarray(0, tracks.count));
  Object.defineProperty(window, "headland", {
    value: Object.freeze({
      get number() {
        return lookout.traffic.number;
      },
      get tracks() {
        return lookout.traffic.shown;
      },
      get drawn() {
        return lookout.made.tracks.drawn();
      },
      get drawMillis() {
        return lookout.made.tracks.millis();
      },
      get stale() {
        return lookout.link.stale;
      },
      get sound() {
        return lookout.bell.on;
      },
      get theme() {
        return lookout.theme.night ? "night" : "day";
      },
      get selected() {
        return { flag: lookout.state.flag, track: lookout.state.track };
      },
      get view() {
        const { lat, lng } = map.getCenter();
        return { lat, lon: lng, zoom: map.getZoom() };
      },
      /** Where a subject is, and where it was: `{lat, lon, time, trail}`, or null. */
      whereIs(subject) {
        const [track] = lookout.tracksOf(subject);
        if (track === undefined) return null;
        const trail = tracks.trail.slice(track * 60, track * 60 + 2 * tracks.points[track]);
        return { lat: tracks.lat[track], lon: tracks.lon[track], time: tracks.time[track], trail: Array.from(trail) };
      },
      get columns() {
        return { alive: copy("alive"), lat: copy("lat"), lon: copy("lon"), points: copy("points") };
      },
    }),
  });
}
