"use strict";
// Where everything went, and a symbol where it is at the time shown.
{
  const MANY_LINES = 3000;
  const TRAILS_EVERY_MS = 500;

  let traffic;
  let lineOrder;

  const isMany = () => traffic.lineCount > MANY_LINES;

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

  /** From when to when trails are drawn. */
  const period = () => {
    const { time, trail } = lookout.state;
    return time === null ? [-Infinity, Infinity] : [time - trail, time];
  };

  const drawTrails = (view, emphasis) => {
    const [from, to] = period();
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
        if (emphasis.has(track) !== strong || lookout.hiddenTrack(track)) continue;
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

  /** Where a track was, and when, as far as its trail is drawn: `{time, x, y}`. */
  lookout.wayOf = (track) => {
    const [from, to] = period();
    const [first, end] = [traffic.firstLine[track], traffic.firstLine[track + 1]].map((line) => traffic.start[line]);
    const { time } = traffic;
    let [begin, close] = [first, end];
    while (begin < end && time[begin] < from) begin += 1;
    while (close > begin && time[close - 1] > to) close -= 1;
    return { time: time.subarray(begin, close), x: traffic.x.subarray(begin, close), y: traffic.y.subarray(begin, close) };
  };

  lookout.layers.tracks = (data) => {
    traffic = lookout.traffic(data);
    lookout.tracks = traffic;
    lineOrder = Array.from({ length: traffic.lineCount }, (_, line) => line);
    lineOrder.sort((a, b) => traffic.kind[traffic.lineTrack[a]] - traffic.kind[traffic.lineTrack[b]]);

    const { group, trails, symbols } = lookout.fleet(drawTrails);
    let trailed = 0;
    const redraw = () => {
      symbols.redraw();
      // Twenty thousand trails cost a tenth of a second: while playing they may lag behind a little.
      const now = performance.now();
      if (isMany() && lookout.clock?.playing && now - trailed < TRAILS_EVERY_MS) return;
      trailed = now;
      trails.redraw();
    };
    for (const event of ["themed", "timed", "filtered", "played", "selected"]) lookout.on(event, redraw);
    return group;
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
