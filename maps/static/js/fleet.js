"use strict";
// What moves, as symbols: those in view, the way ahead of them, their names, and what is selected. A page
// brings `lookout.tracks`, and `lookout.placeNow` for where each of them is.
{
  const VESSEL_AHEAD_S = 360;
  const AIRCRAFT_AHEAD_S = 60;
  const STILL_MPS = 0.25;
  const CIRCUMFERENCE_M = 40_030_230;
  const CROWD = 1500;
  const THRONG = 6000;
  const STEPS_S = [60, 120, 300, 600, 1800, 3600, 7200, 21600, 86400];
  const MARKS = 8;

  const seen = { count: 0, track: new Int32Array(0) };
  let emphasis = new Set();
  let symbolSheet;
  let sheetKey = "";
  let image;

  lookout.hiddenTrack = (track) => lookout.state.hidden.has(lookout.tracks.kinds[lookout.tracks.kind[track]][0]);

  /** Tracks that the selection is about: the one chosen, or the subjects of the flag chosen. */
  lookout.chosenTracks = () => {
    const { flag, track } = lookout.state;
    if (track !== null) return new Set([track]);
    if (flag === null) return new Set();
    return new Set(lookout.flags[flag].subjects.flatMap((subject) => lookout.tracksOf(subject)));
  };

  const room = (count) => {
    if (seen.track.length >= count) return;
    const n = Math.max(256, 2 * count);
    for (const name of ["track", "row"]) seen[name] = new Int32Array(n);
    for (const name of ["x", "y", "course"]) seen[name] = new Float64Array(n);
    seen.silent = new Uint8Array(n);
  };

  const collect = (view) => {
    const tracks = lookout.tracks;
    const place = {};
    room(tracks.count);
    seen.count = 0;
    for (let track = 0; track < tracks.count; track += 1) {
      if (lookout.hiddenTrack(track) || !lookout.placeNow(track, place)) continue;
      const x = place.x * view.scale - view.left;
      const y = place.y * view.scale - view.top;
      if (x < -20 || y < -20 || x > view.width + 20 || y > view.height + 20) continue;
      const i = seen.count;
      seen.count += 1;
      seen.track[i] = track;
      seen.row[i] = place.row;
      seen.x[i] = x;
      seen.y[i] = y;
      seen.silent[i] = place.silent ? 1 : 0;
      // A ship at anchor has a course of noise; an aircraft always goes somewhere.
      const still = !lookout.isAir(tracks, track) && tracks.sog[place.row] < STILL_MPS;
      seen.course[i] = still ? NaN : lookout.courseAt(tracks, place.row);
    }
    seen.left = view.left;
    seen.top = view.top;
  };

  const drawAhead = (view) => {
    const { context } = view;
    const tracks = lookout.tracks;
    context.lineWidth = 1.2;
    context.strokeStyle = lookout.theme.colour("outline");
    context.setLineDash([4, 3]);
    context.beginPath();
    for (let i = 0; i < seen.count; i += 1) {
      const sog = tracks.sog[seen.row[i]];
      if (seen.silent[i] || !Number.isFinite(seen.course[i]) || !(sog > STILL_MPS)) continue;
      const ahead_s = lookout.isAir(tracks, seen.track[i]) ? AIRCRAFT_AHEAD_S : VESSEL_AHEAD_S;
      const stretch = 1 / Math.cos((tracks.lat[seen.row[i]] * Math.PI) / 180);
      const length = ((sog * ahead_s * stretch) / CIRCUMFERENCE_M) * view.scale;
      const angle = (seen.course[i] * Math.PI) / 180;
      context.moveTo(seen.x[i], seen.y[i]);
      context.lineTo(seen.x[i] + length * Math.sin(angle), seen.y[i] - length * Math.cos(angle));
    }
    context.stroke();
    context.setLineDash([]);
  };

  /** Four corners around a place: "selected", as on a ship's radar. */
  lookout.brackets = (context, x, y, half) => {
    context.beginPath();
    for (const [h, v] of [[-1, -1], [1, -1], [1, 1], [-1, 1]]) {
      context.moveTo(x + h * half, y + v * (half - 6));
      context.lineTo(x + h * half, y + v * half);
      context.lineTo(x + h * (half - 6), y + v * half);
    }
    context.lineWidth = 2;
    context.strokeStyle = lookout.theme.colour("focus");
    context.stroke();
  };

  /** Times on a way, at whole steps: `[time, x, y]`, straight between positions and nowhere in a silence. */
  lookout.timesOn = ({ time, x, y }) => {
    const [begin, end] = [time[0], time.at(-1)];
    const step = STEPS_S.find((seconds) => (end - begin) / seconds <= MARKS) ?? STEPS_S.at(-1);
    const marks = [];
    let next = Math.ceil(begin / step) * step;
    for (let i = 1; i < time.length; i += 1) {
      const [from, to] = [time[i - 1], time[i]];
      for (; next <= to; next += step) {
        const share = (next - from) / (to - from);
        if (to - from > lookout.quiet.vessel[0] || !Number.isFinite(share)) continue;
        marks.push([next, x[i - 1] + share * (x[i] - x[i - 1]), y[i - 1] + share * (y[i] - y[i - 1])]);
      }
    }
    return marks;
  };

  const drawTimes = (view, labels) => {
    const { context } = view;
    for (const track of emphasis) {
      const way = lookout.wayOf(track);
      if (way.time.length < 2) continue;
      for (const [time, east, south] of lookout.timesOn(way)) {
        const [x, y] = [east * view.scale - view.left, south * view.scale - view.top];
        context.beginPath();
        context.arc(x, y, 3, 0, 2 * Math.PI);
        context.fillStyle = lookout.theme.colour("paper");
        context.fill();
        context.lineWidth = 1.5;
        context.strokeStyle = lookout.theme.colour("outline");
        context.stroke();
        labels.put(x, y, lookout.format.minute(time), { upright: true });
      }
    }
  };

  /** A striped square about a place: put there by a simulation. */
  lookout.paintPlanted = (context, x, y, half) => {
    context.lineWidth = 3;
    for (const [colour, dash] of [["planted-ground", []], ["planted", [5, 5]]]) {
      context.strokeStyle = lookout.theme.colour(colour);
      context.setLineDash(dash);
      context.strokeRect(x - half, y - half, 2 * half, 2 * half);
    }
    context.setLineDash([]);
  };

  /** Subjects of planted flags that stand. */
  lookout.planted = new Set();

  const nameOf = (track) => {
    const [subject] = lookout.tracks.subjects[track];
    return lookout.planted.has(subject) ? `PLANTED ${lookout.nameOf(subject)}` : lookout.nameOf(subject);
  };

  const drawNames = (view) => {
    const labels = lookout.labels(view);
    lookout.keepFlags?.(view, labels);
    labels.keepBoxes(lookout.airfieldNames?.(view) ?? []);
    const crowded = seen.count > (view.zoom < 9 ? 60 : THRONG);
    for (let i = 0; i < (crowded ? 0 : seen.count); i += 1) labels.keep(seen.x[i], seen.y[i], 6);
    const isPlanted = (track) => lookout.planted.size > 0 && lookout.planted.has(lookout.tracks.subjects[track][0]);
    for (let i = 0; i < seen.count; i += 1) {
      const planted = isPlanted(seen.track[i]);
      if (planted) lookout.paintPlanted(view.context, seen.x[i], seen.y[i], 13);
      const chosen = emphasis.has(seen.track[i]);
      if (chosen) lookout.brackets(view.context, seen.x[i], seen.y[i], planted ? 19 : 14);
      if (chosen || planted) labels.put(seen.x[i], seen.y[i], nameOf(seen.track[i]), { always: true });
    }
    drawTimes(view, labels);
    for (let i = 0; i < (crowded ? 0 : seen.count); i += 1) {
      if (!emphasis.has(seen.track[i]) && !isPlanted(seen.track[i])) labels.put(seen.x[i], seen.y[i], nameOf(seen.track[i]));
    }
  };

  const forSeen = (put) => {
    const { kind } = lookout.tracks;
    for (let i = 0; i < seen.count; i += 1) put(kind[seen.track[i]], seen.course[i], seen.silent[i], seen.x[i], seen.y[i]);
  };

  const stampAll = (context) => {
    const { width, height } = context.canvas;
    if (image?.width !== width || image?.height !== height) {
      const data = new ImageData(width, height);
      image = { width, height, data, pixels: new Uint32Array(data.data.buffer) };
    }
    image.pixels.fill(0);
    forSeen((...symbol) => symbolSheet.stamp(image, ...symbol));
    context.putImageData(image.data, 0, 0);
  };

  const drawSymbols = (view) => {
    emphasis = lookout.chosenTracks();
    collect(view);
    const size = seen.count > THRONG ? 0.5 : view.zoom < 9 || seen.count > CROWD ? 0.72 : 1;
    const key = `${lookout.theme.night} ${view.ratio} ${size}`;
    if (key !== sheetKey) symbolSheet = lookout.symbolSheet(lookout.tracks.kinds, view.ratio, size);
    sheetKey = key;
    if (view.zoom >= 10 && seen.count < CROWD) drawAhead(view);
    if (seen.count > THRONG) stampAll(view.context);
    else forSeen((...symbol) => symbolSheet.copy(view.context, ...symbol));
    drawNames(view);
  };

  /** The track whose symbol is nearest a layer point, within `reach` pixels; null where none is. */
  const nearest = (point, reach) => {
    const origin = lookout.map.getPixelOrigin();
    const [x, y] = [point.x + origin.x - seen.left, point.y + origin.y - seen.top];
    let [best, found] = [reach * reach, null];
    for (let i = 0; i < seen.count; i += 1) {
      const off = (seen.x[i] - x) ** 2 + (seen.y[i] - y) ** 2;
      if (off < best) [best, found] = [off, seen.track[i]];
    }
    return found;
  };

  /** The layer of tracks: a page's own trails under the symbols. Gives the layer and its two surfaces. */
  lookout.fleet = (drawTrails) => {
    const trails = lookout.surface("trails", 400, (view) => drawTrails(view, lookout.chosenTracks()));
    const symbols = lookout.surface("symbols", 450, drawSymbols);
    const group = L.layerGroup([trails, symbols]);
    group.nearest = (point, reach) => (lookout.map.hasLayer(group) ? nearest(point, reach) : null);
    group.drawn = () => seen.count;
    group.crossed = () => seen.silent.subarray(0, seen.count).reduce((sum, silent) => sum + silent, 0);
    group.millis = () => trails.millis + symbols.millis;
    lookout.made.tracks = group;
    return { group, trails, symbols };
  };
}
