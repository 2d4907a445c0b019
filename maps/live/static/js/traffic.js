"use strict";
// The layer of moving traffic: a symbol where each target is, ten minutes of way behind it.
{
  const VESSEL_AHEAD_S = 360;
  const AIRCRAFT_AHEAD_S = 60;
  const STILL_MPS = 0.25;
  const CIRCUMFERENCE_M = 40_030_230;
  const CROWD = 1500;
  const THRONG = 6000;
  const TRAIL = 60;

  const tracks = lookout.tracks;
  const seen = { count: 0, track: new Int32Array(0) };
  let emphasis = new Set();
  let symbolSheet;
  let sheetKey = "";
  let image;

  const hiddenTrack = (track) => lookout.state.hidden.has(tracks.kinds[tracks.kind[track]][0]);

  const room = () => {
    if (seen.track.length >= tracks.count) return;
    const n = Math.max(256, 2 * tracks.count);
    seen.track = new Int32Array(n);
    seen.silent = new Uint8Array(n);
    for (const name of ["x", "y", "course"]) seen[name] = new Float64Array(n);
  };

  const collect = (view) => {
    room();
    const place = {};
    seen.count = 0;
    for (let track = 0; track < tracks.count; track += 1) {
      if (!tracks.alive[track] || hiddenTrack(track)) continue;
      const x = tracks.x[track] * view.scale - view.left;
      const y = tracks.y[track] * view.scale - view.top;
      if (x < -20 || y < -20 || x > view.width + 20 || y > view.height + 20) continue;
      lookout.placeNow(track, place);
      const i = seen.count;
      seen.count += 1;
      seen.track[i] = track;
      seen.x[i] = x;
      seen.y[i] = y;
      seen.silent[i] = place.silent ? 1 : 0;
      // A ship at anchor has a course of noise; an aircraft always goes somewhere.
      const still = !lookout.isAir(tracks, track) && tracks.sog[track] < STILL_MPS;
      seen.course[i] = still ? NaN : tracks.cog[track];
    }
    seen.left = view.left;
    seen.top = view.top;
  };

  const strokeTrail = (view, track) => {
    const { context, scale, left, top } = view;
    const first = track * TRAIL;
    const end = first + 2 * tracks.points[track];
    if (first === end) return;
    context.beginPath();
    context.moveTo(tracks.trail[first] * scale - left, tracks.trail[first + 1] * scale - top);
    for (let at = first + 2; at < end; at += 2) {
      context.lineTo(tracks.trail[at] * scale - left, tracks.trail[at + 1] * scale - top);
    }
    context.lineTo(tracks.x[track] * scale - left, tracks.y[track] * scale - top);
    context.stroke();
  };

  const drawTrails = (view) => {
    collect(view);
    const { context } = view;
    context.lineJoin = "round";
    for (let i = 0; i < seen.count; i += 1) {
      const strong = emphasis.has(seen.track[i]);
      // Behind a throng only what is selected keeps its trail: the rest would be a felt.
      if (!strong && seen.count > CROWD) continue;
      context.globalAlpha = strong ? 1 : emphasis.size ? 0.4 : 0.7;
      context.lineWidth = strong ? 2.6 : 1.4;
      context.strokeStyle = lookout.theme.colour(`kind-${tracks.kinds[tracks.kind[seen.track[i]]][0]}`);
      strokeTrail(view, seen.track[i]);
    }
    context.globalAlpha = 1;
  };

  const drawAhead = (view) => {
    const { context } = view;
    context.lineWidth = 1.2;
    context.strokeStyle = lookout.theme.colour("outline");
    context.setLineDash([4, 3]);
    context.beginPath();
    for (let i = 0; i < seen.count; i += 1) {
      const track = seen.track[i];
      if (seen.silent[i] || !Number.isFinite(seen.course[i]) || !(tracks.sog[track] > STILL_MPS)) continue;
      const ahead_s = lookout.isAir(tracks, track) ? AIRCRAFT_AHEAD_S : VESSEL_AHEAD_S;
      const stretch = 1 / Math.cos((tracks.lat[track] * Math.PI) / 180);
      const length = ((tracks.sog[track] * ahead_s * stretch) / CIRCUMFERENCE_M) * view.scale;
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
    labels.keepBoxes?.(lookout.airfieldNames?.(view) ?? []);
    const crowded = seen.count > (view.zoom < 9 ? 60 : THRONG);
    for (let i = 0; i < (crowded ? 0 : seen.count); i += 1) labels.keep(seen.x[i], seen.y[i], 6);
    const name = (i) => lookout.nameOf(tracks.subjects[seen.track[i]][0]);
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
      put(tracks.kind[seen.track[i]], seen.course[i], seen.silent[i], seen.x[i], seen.y[i]);
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
    if (key !== sheetKey) symbolSheet = lookout.symbolSheet(tracks.kinds, view.ratio, size);
    sheetKey = key;
    if (seen.count > THRONG) stampAll(view.context);
    else {
      if (view.zoom >= 10 && seen.count < CROWD) drawAhead(view);
      forSeen((...symbol) => symbolSheet.copy(view.context, ...symbol));
    }
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

  /** Tracks that the selection is about: the one chosen, or the subjects of the flag chosen. */
  lookout.chosenTracks = () => {
    const { flag, track } = lookout.state;
    if (track !== null) return new Set([track]);
    if (flag === null) return new Set();
    return new Set(lookout.flags[flag].subjects.flatMap((subject) => lookout.tracksOf(subject)));
  };

  lookout.layers.tracks = () => {
    const trails = lookout.surface("trails", 400, drawTrails);
    const symbols = lookout.surface("symbols", 450, drawSymbols);
    const redraw = () => {
      emphasis = lookout.chosenTracks();
      trails.redraw();
      symbols.redraw();
    };
    for (const event of ["themed", "moved", "filtered", "selected"]) lookout.on(event, redraw);
    const group = L.layerGroup([trails, symbols]);
    group.nearest = (point, reach) => (lookout.map.hasLayer(group) ? nearest(point, reach) : null);
    group.drawn = () => seen.count;
    group.millis = () => trails.millis + symbols.millis;
    lookout.made.tracks = group;
    return group;
  };
}
