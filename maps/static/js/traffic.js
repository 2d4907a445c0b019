"use strict";
// Tracks out of their columns, and where each was at a time.
//
// Wire units: see maps/lines.py. Here: Unix seconds, world units (0..1), m/s, degrees, metres.
{
  const UNSAID = -1_000_000;

  /** Running sums of differences, scaled; NaN where nothing was said. */
  const summed = (differences, scale, offset = 0) => {
    const out = new Float64Array(differences.length);
    let sum = 0;
    for (let i = 0; i < out.length; i += 1) {
      sum += differences[i];
      out[i] = sum === UNSAID ? NaN : sum * scale + offset;
    }
    return out;
  };
  lookout.summed = summed;

  const boxes = (traffic) => {
    const box = new Float64Array(4 * traffic.lineCount);
    for (let line = 0; line < traffic.lineCount; line += 1) {
      let [west, north, east, south] = [Infinity, Infinity, -Infinity, -Infinity];
      for (let i = traffic.start[line]; i < traffic.start[line + 1]; i += 1) {
        [west, east] = [Math.min(west, traffic.x[i]), Math.max(east, traffic.x[i])];
        [north, south] = [Math.min(north, traffic.y[i]), Math.max(south, traffic.y[i])];
      }
      box.set([west, north, east, south], 4 * line);
    }
    return box;
  };

  /** Everything about tracks that does not depend on the view. */
  lookout.traffic = (data) => {
    const lat = summed(data.lat, 1e-5);
    const lon = summed(data.lon, 1e-5);
    const traffic = {
      count: data.subjects.length,
      lineCount: data.counts.length,
      lineTrack: Int32Array.from(data.line_track),
      start: new Int32Array(data.counts.length + 1),
      time: summed(data.time, 0.1, data.epoch),
      lat,
      lon,
      x: lat.map((_, i) => lookout.worldX(lon[i])),
      y: lat.map((value) => lookout.worldY(value)),
      sog: summed(data.sog, 0.01),
      cog: summed(data.cog, 1),
      alt: summed(data.alt, 1),
      kinds: data.kinds,
      kind: Int32Array.from(data.kind),
      subjects: data.subjects,
      source: data.source,
      doubt: data.doubt,
      heard: data.heard,
      strays: lookout.readStrays(data.strays, data.epoch),
      stations: data.stations,
      total: data.total,
      tolerance_m: data.tolerance_m,
    };
    const flies = data.kinds.map(([name]) => (name === "aircraft" || name === "rotorcraft" ? 1 : 0));
    traffic.air = Uint8Array.from(data.kind, (kind) => flies[kind]);
    data.counts.forEach((count, line) => {
      traffic.start[line + 1] = traffic.start[line] + count;
    });
    // Rows at which a line ends: nothing is interpolated across a silence.
    traffic.isEnd = new Uint8Array(lat.length);
    for (const next of traffic.start.subarray(1)) traffic.isEnd[next - 1] = 1;
    traffic.box = boxes(traffic);
    // Lines are sorted by track, so a track's lines are a run.
    traffic.firstLine = new Int32Array(traffic.count + 1).fill(traffic.lineCount);
    for (let line = traffic.lineCount - 1; line >= 0; line -= 1) traffic.firstLine[traffic.lineTrack[line]] = line;
    const times = [...Array(traffic.lineCount).keys()];
    traffic.begin = times.reduce((low, line) => Math.min(low, traffic.time[traffic.start[line]]), Infinity);
    traffic.end = times.reduce((high, line) => Math.max(high, traffic.time[traffic.start[line + 1] - 1]), -Infinity);
    return traffic;
  };

  /** The last index in [low, high) whose time is not after `time`; low - 1 where there is none. */
  const before = (time, low, high, times) => {
    let [left, right] = [low, high];
    while (left < right) {
      const middle = (left + right) >> 1;
      if (times[middle] <= time) left = middle + 1;
      else right = middle;
    }
    return left - 1;
  };

  /** The row at or before `time` on a track, or -1. */
  lookout.rowAt = (traffic, track, time) =>
    before(time, traffic.start[traffic.firstLine[track]], traffic.start[traffic.firstLine[track + 1]], traffic.time);

  lookout.lastRow = (traffic, track) => traffic.start[traffic.firstLine[track + 1]] - 1;

  lookout.isAir = (traffic, track) => traffic.air[track] === 1;

  /** Where a track was: `place` is filled with x, y, row and silence in seconds; false where unheard. */
  lookout.placeAt = (traffic, track, time, place) => {
    const row = lookout.rowAt(traffic, track, time);
    if (row < traffic.start[traffic.firstLine[track]]) return false;
    place.row = row;
    place.x = traffic.x[row];
    place.y = traffic.y[row];
    place.silence = time - traffic.time[row];
    if (!traffic.isEnd[row]) {
      const share = place.silence / (traffic.time[row + 1] - traffic.time[row] || 1);
      place.x += share * (traffic.x[row + 1] - place.x);
      place.y += share * (traffic.y[row + 1] - place.y);
      place.silence = 0;
    }
    return true;
  };

  /** Course over ground at a row: as said, else the way to the next row; NaN where still or alone. */
  lookout.courseAt = (traffic, row) => {
    if (Number.isFinite(traffic.cog[row])) return traffic.cog[row];
    const next = traffic.isEnd[row] ? row - 1 : row + 1;
    if (next < 0 || (next < row && traffic.isEnd[next])) return NaN;
    const [a, b] = next > row ? [row, next] : [next, row];
    const [east, north] = [traffic.x[b] - traffic.x[a], traffic.y[a] - traffic.y[b]];
    return east || north ? (Math.atan2(east, north) * 180) / Math.PI : NaN;
  };
}
