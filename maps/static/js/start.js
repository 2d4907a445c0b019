"use strict";
// The last script of the replay page: what it holds, and `window.headland`, through which tests and curious
// people may look, not touch.
{
  const { byId, format, map, tracks } = lookout;

  const home = map.getBounds();
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
  lookout.showAll = () => lookout.showBounds(everything(), { padding: [24, 24], maxZoom: 13 });

  byId("span").textContent = format.spans(lookout.timeline.spans, lookout.timeline.length) || "No positions";
  byId("now").title = byId("span").textContent;
  byId("thinning").textContent =
    `${format.grouped(tracks.total)} positions were fused; ${format.grouped(tracks.time.length)} are drawn, so thinned that ` +
    `nothing is shown further than ${format.number(tracks.tolerance_m)} m from where it was heard.`;

  lookout.offer({
    get tracks() {
      return tracks.count;
    },
    get positions() {
      return tracks.time.length;
    },
    get flags() {
      return lookout.flags.length;
    },
    get crossed() {
      return lookout.made.tracks.crossed();
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
  });
}
