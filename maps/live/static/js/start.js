"use strict";
// The last script of the live page: what follows the traffic, the connection, and `window.headland`, through
// which tests and curious people may look, not touch.
{
  const { byId, map, tracks } = lookout;

  const home = map.getBounds();
  lookout.showAll = () => lookout.showBounds(home);

  // A target's figures follow it; they rest while the keyboard is among them.
  const details = byId("details");
  lookout.on("moved", () => {
    if (lookout.state.track !== null && !details.contains(document.activeElement)) lookout.tell("timed");
  });

  lookout.link.connect();

  const copy = (name) => Array.from(tracks[name].subarray(0, tracks.count));
  lookout.offer({
    get number() {
      return lookout.traffic.number;
    },
    get tracks() {
      return lookout.traffic.shown;
    },
    get stale() {
      return lookout.isStale();
    },
    get sound() {
      return lookout.bell.on;
    },
    /** Where a subject is, and where it was: `{lat, lon, time, trail}`, or null. */
    whereIs(subject) {
      const [track] = lookout.tracksOf(subject);
      if (track === undefined) return null;
      const first = track * lookout.trail.span;
      const part = (name) => Array.from(tracks[name].subarray(first, first + tracks.points[track]));
      const trail = { time: part("trailTime"), x: part("trailX"), y: part("trailY") };
      return { lat: tracks.lat[track], lon: tracks.lon[track], time: tracks.time[track], trail };
    },
    get columns() {
      return { alive: copy("alive"), lat: copy("lat"), lon: copy("lon"), points: copy("points") };
    },
  });
}
