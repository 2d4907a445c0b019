"use strict";
// Where everything went, and a symbol where it is at the time shown.
{
  const VESSEL_AHEAD_S = 360;
  const AIRCRAFT_AHEAD_S = 60;
  const STILL_MPS = 0.25;
  const CIRCUMFERENCE_M = 40_030_230;
  const CROWD = 1500;
  const THRONG = 6000;
  const TRAILS_EVERY_MS = 500;

  let traffic;
  let seen;
  let emphasis = new Set();
  let lineOrder;
  let symbolSheet;
  let image;
  let sheetKey = "";

  const isMany = () => traffic.lineCount > 2 * CROWD;
  const hiddenTrack = (track) => lookout.state.hidden.has(traffic.kinds[traffic.kind[track]][0]);

  const inView = (line, view) => {
    const box = traffic.box;
    const [west, north] = [view.left / view.scale, view.top / view.scale];
    return !(
      box[4 * line] > west + view.width / view.scale ||
      box[4 * line + 2] < west ||
      box[4 * line + 1] > north + view.height / view.scale ||
      box[4 * line + 3] < north
    );
  };

  // One stroke a line: a single path over everything makes the rasteriser sort every edge against
  // every other (0.9 frames a second at 20,000 targets).
  const strokeLine = (line, view, from, to) => {
    const { context, scale, left, top } = view;
    const [first, end] = [traffic.start[line], traffic.start[line + 1]];
    let begun = false;
    let [drawnX, drawnY] = [0, 0];
    context.beginPath();
    for (let row = first; row < end; row += 1) {
      if (row + 1 < end && traffic.time[row + 1] < from) continue;
      if (traffic.time[row] > to) break;
      const x = traffic.x[row] * scale - left;
      const y = traffic.y[row] * scale - top;
      if (!begun) context.moveTo(x, y);
      else if (row + 1 < end && Math.abs(x - drawnX) + Math.abs(y - drawnY) < 2) continue;
      else context.lineTo(x, y);
      begun = true;
      [drawnX, drawnY] = [x, y];
    }
    const place = {};
    if (begun && Number.isFinite(to) && to > traffic.time[first] && to < traffic.time[end - 1]) {
      lookout.placeAt(traffic, traffic.lineTrack[line], to, place);
      context.lineTo(place.x * scale - left, place.y * scale - top);
    }
    if (begun) context.stroke();
  };

  // What is selected keeps its thread across silences: dotted, for nobody knows the way between.
  const strokeSilence = (line, view, from, to) => {
    const last = traffic.start[line + 1] - 1;
    if (traffic.lineTrack[line + 1] !== traffic.lineTrack[line]) return;
    if (traffic.time[last] < from || traffic.time[last + 1] > to) return;
    // Across a break of the timeline nobody listened: there is no thread to keep.
    const { spanAt } = lookout.timeline;
    if (spanAt(traffic.time[last]) !== spanAt(traffic.time[last + 1])) return;
    const { context, scale, left, top } = view;
    context.setLineDash([1, 6]);
    context.beginPath();
    context.moveTo(traffic.x[last] * scale - left, traffic.y[last] * scale - top);
    context.lineTo(traffic.x[last + 1] * scale - left, traffic.y[last + 1] * scale - top);
    context.stroke();
    context.setLineDash([]);
  };

  const drawTrails = (view) => {
    const { time, trail } = lookout.state;
    const [from, to] = time === null ? [-Infinity, Infinity] : [time - trail, time];
    const { context } = view;
    const many = isMany();
    context.lineJoin = many ? "bevel" : "round";
    context.lineCap = many ? "butt" : "round";
    for (const strong of [false, true]) {
      context.globalAlpha = strong ? 1 : emphasis.size ? 0.22 : 0.75;
      context.lineWidth = strong ? 2.6 : many ? 1 : 1.3;
      let kind = -1;
      for (const line of lineOrder) {
        const track = traffic.lineTrack[line];
        if (emphasis.has(track) !== strong || hiddenTrack(track)) continue;
        if (!strong && !inView(line, view)) continue;
        if (traffic.time[traffic.start[line]] > to || traffic.time[traffic.start[line + 1] - 1] < from) continue;
        if (traffic.kind[track] !== kind) {
          kind = traffic.kind[track];
          context.strokeStyle = lookout.theme.colour(`kind-${traffic.kinds[kind][0]}`);
        }
        strokeLine(line, view, from, to);
        if (strong) strokeSilence(line, view, from, to);
      }
    }
    context.globalAlpha = 1;
    lookout.drawStrays(view, traffic.strays, emphasis, from, to);
  };

  /** Where a track is at the time shown: fills `place`; false where it is not to be drawn. */
  const placeNow = (track, place) => {
    const [quiet, gone] = lookout.quiet[lookout.isAir(traffic, track) ? "aircraft" : "vessel"];
    if (lookout.state.time === null) {
      place.row = lookout.lastRow(traffic, track);
      place.x = traffic.x[place.row];
      place.y = traffic.y[place.row];
      // Lost is said of a moment; the whole period has none.
      place.silence = 0;
    } else if (!lookout.placeAt(traffic, track, lookout.state.time, place) || place.silence > gone) {
      return false;
    }
    place.silent = place.silence > quiet;
    return true;
  };
  lookout.placeNow = placeNow;

  const collect = (view) => {
    const place = {};
    seen.count = 0;
    for (let track = 0; track < traffic.count; track += 1) {
      if (hiddenTrack(track) || !placeNow(track, place)) continue;
      const x = place.x * view.scale - view.left;
      const y = place.y * view.scale - view.top;
      if (x < -20 || y < -20 || x > view.width + 20 || y > view.height + 20) continue;
      const i = seen.count;
      seen.count += 1;
      seen.track[i] = track;
      seen.x[i] = x;
      seen.y[i] = y;
      seen.silent[i] = place.silent ? 1 : 0;
      seen.row[i] = place.row;
      // A ship at anchor has a course of noise; an aircraft always goes somewhere.
      const still = !lookout.isAir(traffic, track) && traffic.sog[place.row] < STILL_MPS;
      seen.course[i] = still ? NaN : lookout.courseAt(traffic, place.row);
    }
    seen.left = view.left;
    seen.top = view.top;
  };

  const drawAhead = (view) => {
    const { context } = view;
    context.lineWidth = 1.2;
    context.strokeStyle = lookout.theme.colour("outline");
    context.setLineDash([4, 3]);
    context.beginPath();
    for (let i = 0; i < seen.count; i += 1) {
      const sog = traffic.sog[seen.row[i]];
      if (seen.silent[i] || !Number.isFinite(seen.course[i]) || !(sog > STILL_MPS)) continue;
      const ahead_s = lookout.isAir(traffic, seen.track[i]) ? AIRCRAFT_AHEAD_S : VESSEL_AHEAD_S;
      const stretch = 1 / Math.cos((traffic.lat[seen.row[i]] * Math.PI) / 180);
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

  const drawNames = (view) => {
    const labels = lookout.labels(view);
    lookout.keepFlags?.(view, labels);
    labels.keepBoxes(lookout.airfieldNames?.(view) ?? []);
    const crowded = seen.count > (view.zoom < 9 ? 60 : THRONG);
    for (let i = 0; i < (crowded ? 0 : seen.count); i += 1) labels.keep(seen.x[i], seen.y[i], 6);
    const name = (i) => lookout.nameOf(traffic.subjects[seen.track[i]][0]);
    for (let i = 0; i < seen.count; i += 1) {
      if (!emphasis.has(seen.track[i])) continue;
      lookout.brackets(view.context, seen.x[i], seen.y[i], 14);
      labels.put(seen.x[i], seen.y[i], name(i), true);
    }
    if (crowded) return;
    for (let i = 0; i < seen.count; i += 1) {
      if (!emphasis.has(seen.track[i])) labels.put(seen.x[i], seen.y[i], name(i));
    }
  };

  const forSeen = (put) => {
    for (let i = 0; i < seen.count; i += 1) {
      put(traffic.kind[seen.track[i]], seen.course[i], seen.silent[i], seen.x[i], seen.y[i]);
    }
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
    collect(view);
    const size = seen.count > THRONG ? 0.5 : view.zoom < 9 || seen.count > CROWD ? 0.72 : 1;
    const key = `${lookout.theme.night} ${view.ratio} ${size}`;
    if (key !== sheetKey) symbolSheet = lookout.symbolSheet(traffic.kinds, view.ratio, size);
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

  lookout.layers.tracks = (data) => {
    traffic = lookout.traffic(data);
    lookout.tracks = traffic;
    const n = traffic.count;
    seen = { count: 0, track: new Int32Array(n), row: new Int32Array(n), silent: new Uint8Array(n) };
    for (const name of ["x", "y", "course"]) seen[name] = new Float64Array(n);
    lineOrder = Array.from({ length: traffic.lineCount }, (_, line) => line);
    lineOrder.sort((a, b) => traffic.kind[traffic.lineTrack[a]] - traffic.kind[traffic.lineTrack[b]]);

    const trails = lookout.surface("trails", 400, drawTrails);
    const symbols = lookout.surface("symbols", 450, drawSymbols);
    let trailed = 0;
    const redraw = () => {
      symbols.redraw();
      // Twenty thousand trails cost a tenth of a second: while playing they may lag behind a little.
      const now = performance.now();
      if (isMany() && lookout.clock?.playing && now - trailed < TRAILS_EVERY_MS) return;
      trailed = now;
      trails.redraw();
    };
    for (const event of ["themed", "timed", "filtered", "played"]) lookout.on(event, redraw);
    lookout.on("selected", () => {
      emphasis = lookout.chosenTracks();
      redraw();
    });
    const group = L.layerGroup([trails, symbols]);
    group.nearest = (point, reach) => (lookout.map.hasLayer(group) ? nearest(point, reach) : null);
    group.drawn = () => seen.count;
    group.crossed = () => seen.silent.subarray(0, seen.count).reduce((sum, silent) => sum + silent, 0);
    group.millis = () => trails.millis + symbols.millis;
    lookout.made.tracks = group;
    return group;
  };

  /** Tracks that the selection is about: the one chosen, or the subjects of the flag chosen. */
  lookout.chosenTracks = () => {
    const { flag, track } = lookout.state;
    if (track !== null) return new Set([track]);
    if (flag === null) return new Set();
    return new Set(lookout.flags[flag].subjects.flatMap((subject) => lookout.tracksOf(subject)));
  };

  let bySubject;
  /** Every track that a subject appears in. */
  lookout.tracksOf = (subject) => {
    if (!bySubject) {
      bySubject = new Map();
      traffic.subjects.forEach((names, track) => {
        for (const name of names) bySubject.set(name, [...(bySubject.get(name) ?? []), track]);
      });
    }
    return bySubject.get(subject) ?? [];
  };
}
