"use strict";
// The last script: buttons, tabs and search; what selection does to the map; and `window.headland`,
// through which tests and curious people may look, not touch.
{
  const { byId, format, map, tracks } = lookout;

  const home = map.getBounds();
  const movement = () => ({ animate: !matchMedia("(prefers-reduced-motion: reduce)").matches });

  // The map opens where most is; this is all there is, to the far end of the longest flight.
  const everything = () => {
    const all = L.latLngBounds([]);
    const { box, lineCount } = tracks;
    for (let line = 0; line < lineCount; line += 1) {
      const [west, north, east, south] = box.subarray(4 * line, 4 * line + 4);
      all.extend([lookout.latOf(south), lookout.lonOf(west)]).extend([lookout.latOf(north), lookout.lonOf(east)]);
    }
    for (const { lat, lon } of lookout.flags) {
      if (Math.abs(lat) < 85 && Math.abs(lon) <= 180) all.extend([lat, lon]);
    }
    return all.isValid() ? all : home;
  };
  lookout.showAll = () => map.fitBounds(everything(), { padding: [24, 24], maxZoom: 13, ...movement() });

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

  const tabs = ["flags", "targets"];
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
  for (const name of tabs) {
    byId(`tab-${name}`).addEventListener("click", () => open(name));
    byId(`tab-${name}`).addEventListener("keydown", (event) => {
      if (["ArrowLeft", "ArrowRight"].includes(event.key)) open(tabs[1 - tabs.indexOf(name)], true);
    });
  }

  const search = byId("search");
  let waiting = 0;
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      lookout.find(search.value);
      const [flags, targets] = [lookout.listedFlags().length, lookout.listedTargets().length];
      if (lookout.state.search && !flags && targets) open("targets");
      lookout.say(`${flags} flags and ${targets} targets match`);
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
    let place = null;
    if (flag !== null) place = [lookout.flags[flag].lat, lookout.flags[flag].lon];
    else if (track !== null) {
      const at = {};
      const row = lookout.lastRow(tracks, track);
      place = lookout.placeNow(track, at)
        ? [lookout.latOf(at.y), lookout.lonOf(at.x)]
        : [tracks.lat[row], tracks.lon[row]];
    }
    if (place === null || !place.every(Number.isFinite)) return;
    const area = lookout.areaBounds();
    if (area) map.fitBounds(area.extend(place), { padding: [40, 40], maxZoom: 12, ...movement() });
    else map.setView(place, Math.max(map.getZoom(), 12), movement());
  };
  lookout.on("selected", ({ go }) => {
    if (go) bringIn();
  });

  byId("span").textContent = format.spans(lookout.timeline.spans, lookout.timeline.length) || "No positions";
  byId("now").title = byId("span").textContent;
  byId("thinning").textContent =
    `${format.grouped(tracks.total)} positions were fused; ${format.grouped(tracks.time.length)} are drawn, so thinned that ` +
    `nothing is shown further than ${format.number(tracks.tolerance_m)} m from where it was heard.`;
  new ResizeObserver(() => map.invalidateSize()).observe(map.getContainer());

  Object.defineProperty(window, "headland", {
    value: Object.freeze({
      get tracks() {
        return tracks.count;
      },
      get positions() {
        return tracks.time.length;
      },
      get flags() {
        return lookout.flags.length;
      },
      get drawn() {
        return lookout.made.tracks.drawn();
      },
      get crossed() {
        return lookout.made.tracks.crossed();
      },
      get drawMillis() {
        return lookout.made.tracks.millis();
      },
      get time() {
        return lookout.state.time;
      },
      get playing() {
        return lookout.clock.playing;
      },
      get period() {
        return { ...lookout.period };
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
    }),
  });
}
