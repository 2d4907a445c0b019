"use strict";
// What the tabs and the search of a page with lists do, and what a selection does to the map.
{
  const { byId, map, movement, tracks } = lookout;
  map.getContainer().setAttribute("aria-label", "Chart; arrow keys move it. Everything on it is also in the lists.");
  map.getContainer().setAttribute("role", "application");

  const tabs = [...document.querySelectorAll("[role=tab]")];
  const open = (chosen, focus = false) => {
    for (const tab of tabs) {
      tab.setAttribute("aria-selected", String(tab === chosen));
      tab.tabIndex = tab === chosen ? 0 : -1;
      byId(tab.getAttribute("aria-controls")).hidden = tab !== chosen;
    }
    if (focus) chosen.focus();
    lookout.tell("tabbed", chosen.getAttribute("aria-controls"));
  };
  tabs.forEach((tab, at) => {
    tab.addEventListener("click", () => open(tab));
    tab.addEventListener("keydown", (event) => {
      const way = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (way) open(tabs[(at + way + tabs.length) % tabs.length], true);
    });
  });

  const search = byId("search");
  const flagWord = byId("tab-flags").firstChild.textContent.trim().toLowerCase();
  let waiting = 0;
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      lookout.find(search.value);
      const [flags, targets] = [lookout.listedFlags().length, lookout.listedTargets().length];
      if (lookout.state.search && !flags && targets) open(byId("tab-targets"));
      lookout.say(`${flags} ${flagWord} and ${targets} targets match`);
    }, 120);
  });
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    lookout.find(search.value);
    const [track] = lookout.listedTargets();
    const [flag] = lookout.listedFlags();
    if (track === undefined && flag === undefined) return;
    open(byId(track === undefined ? "tab-flags" : "tab-targets"));
    lookout.select(track === undefined ? { flag, go: true } : { track, go: true });
  });

  const placeOf = (track) => {
    const at = {};
    const row = lookout.lastRow(tracks, track);
    return lookout.placeNow(track, at) ? [lookout.latOf(at.y), lookout.lonOf(at.x)] : [tracks.lat[row], tracks.lon[row]];
  };

  // Bring what was chosen into the window without losing the surroundings.
  const bringIn = () => {
    const { flag, track } = lookout.state;
    if (flag === null && track === null) return;
    const place = flag === null ? placeOf(track) : [lookout.flags[flag].lat, lookout.flags[flag].lon];
    if (!place.every(Number.isFinite)) return;
    const area = lookout.areaBounds();
    if (area) map.fitBounds(area.extend(place), { padding: [40, 40], maxZoom: 12, ...movement() });
    else map.setView(place, Math.max(map.getZoom(), 12), movement());
  };
  lookout.on("selected", ({ go }) => {
    if (go) bringIn();
  });

  /** Bring into the window all the ways of some tracks, with the place of the flag chosen. */
  lookout.showWays = (chosen) => {
    const bounds = L.latLngBounds([]);
    for (const track of chosen) {
      const { x, y } = lookout.wayOf(track);
      x.forEach((east, i) => bounds.extend([lookout.latOf(y[i]), lookout.lonOf(east)]));
    }
    const flag = lookout.flags[lookout.state.flag ?? -1];
    if (flag && Number.isFinite(flag.lat + flag.lon)) bounds.extend([flag.lat, flag.lon]);
    lookout.showBounds(bounds, { padding: [40, 40], maxZoom: 14 });
  };

  /** Hang `window.headland` out: what every page lets tests see, and a page's own. */
  lookout.offer = (own) => {
    const common = {
      get drawn() {
        return lookout.made.tracks.drawn();
      },
      get drawMillis() {
        return lookout.made.tracks.millis();
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
    };
    const value = Object.freeze(Object.defineProperties(common, Object.getOwnPropertyDescriptors(own)));
    Object.defineProperty(window, "headland", { value });
  };

  new ResizeObserver(() => map.invalidateSize()).observe(map.getContainer());
}
