"use strict";
// The layer of moving traffic: ten minutes of way behind each symbol; behind what is selected, all that
// the server keeps of it, and the stretch that the selected flag is about.
{
  const CROWD = 1500;
  const MOST_WAYS = 40;
  const AGAIN_S = 60;

  const tracks = lookout.tracks;
  const { span } = lookout.trail;
  const ways = new Map();

  const points = (track) => tracks.points[track];

  const strokeTrail = (view, track) => {
    const { context, scale, left, top } = view;
    const first = track * span;
    const end = first + points(track);
    if (first === end) return;
    context.beginPath();
    context.moveTo(tracks.trailX[first] * scale - left, tracks.trailY[first] * scale - top);
    for (let at = first + 1; at < end; at += 1) {
      context.lineTo(tracks.trailX[at] * scale - left, tracks.trailY[at] * scale - top);
    }
    context.lineTo(tracks.x[track] * scale - left, tracks.y[track] * scale - top);
    context.stroke();
  };

  /** Where a track was, and when: what the server kept, then its trail, then where it is. */
  lookout.wayOf = (track) => {
    const kept = ways.get(tracks.id[track]);
    const way = { time: [], x: [], y: [] };
    const push = (time, x, y) => {
      if (time <= (way.time.at(-1) ?? -Infinity)) return;
      way.time.push(time);
      way.x.push(x);
      way.y.push(y);
    };
    kept?.time.forEach((time, i) => push(time, kept.x[i], kept.y[i]));
    for (let at = track * span; at < track * span + points(track); at += 1) push(tracks.trailTime[at], tracks.trailX[at], tracks.trailY[at]);
    push(tracks.time[track], tracks.x[track], tracks.y[track]);
    return way;
  };

  // A silence is not a way: it stays a gap, here as on the replay page.
  const strokeWay = (view, way, from = -Infinity, to = Infinity) => {
    const { context, scale, left, top } = view;
    context.beginPath();
    let before = -Infinity;
    way.time.forEach((time, i) => {
      if (time < from || time > to) return;
      const [x, y] = [way.x[i] * scale - left, way.y[i] * scale - top];
      if (time - before > lookout.quiet.vessel[0]) context.moveTo(x, y);
      else context.lineTo(x, y);
      before = time;
    });
    context.stroke();
  };

  const strokeChosen = (view, track, colour) => {
    const { context } = view;
    const way = lookout.wayOf(track);
    const flag = lookout.flags[lookout.state.flag ?? -1];
    if (flag) {
      context.lineWidth = 9;
      context.globalAlpha = 0.3;
      context.strokeStyle = lookout.theme.colour("flag");
      strokeWay(view, way, flag.start, Number.isFinite(flag.end) ? flag.end : Infinity);
    }
    context.lineWidth = 2.6;
    context.globalAlpha = 1;
    context.strokeStyle = colour;
    strokeWay(view, way);
  };

  const drawTrails = (view, emphasis) => {
    const { context, scale, left, top, width, height } = view;
    context.lineJoin = "round";
    // Behind a throng only what is selected keeps its trail: the rest would be a felt.
    const few = lookout.traffic.shown - emphasis.size <= CROWD || lookout.made.tracks.drawn() <= CROWD;
    for (let track = 0; few && track < tracks.count; track += 1) {
      if (!tracks.alive[track] || emphasis.has(track) || lookout.hiddenTrack(track)) continue;
      const [x, y] = [tracks.x[track] * scale - left, tracks.y[track] * scale - top];
      if (x < -20 || y < -20 || x > width + 20 || y > height + 20) continue;
      context.globalAlpha = emphasis.size ? 0.4 : 0.7;
      context.lineWidth = 1.4;
      context.strokeStyle = lookout.theme.colour(`kind-${tracks.kinds[tracks.kind[track]][0]}`);
      strokeTrail(view, track);
    }
    for (const track of emphasis) strokeChosen(view, track, lookout.theme.colour(`kind-${tracks.kinds[tracks.kind[track]][0]}`));
    context.globalAlpha = 1;
  };

  lookout.layers.tracks = () => {
    const { group, trails, symbols } = lookout.fleet(drawTrails);
    const redraw = () => {
      trails.redraw();
      symbols.redraw();
    };
    for (const event of ["themed", "moved", "filtered", "selected", "wayed"]) lookout.on(event, redraw);
    return group;
  };

  const fetchWay = async (id) => {
    ways.set(id, { ...(ways.get(id) ?? { time: [], x: [], y: [] }), asked: lookout.traffic.now });
    try {
      const answer = await fetch(`/api/ways/${id}`, { cache: "no-store" });
      if (!answer.ok) return;
      const { time, lat, lon } = await answer.json();
      const [x, y] = [lon.map((east) => lookout.worldX(east * 1e-5)), lat.map((north) => lookout.worldY(north * 1e-5))];
      ways.set(id, { time, x, y, asked: lookout.traffic.now });
      lookout.tell("wayed");
    } catch {
      // The trail is shown as it is; the banner says when the server cannot be reached.
    }
  };

  // The trail that came with the picture reaches ten minutes back and is renewed by it; what lies before
  // is asked for when somebody selects, for a fleet's whole way would be most of a snapshot.
  lookout.on("selected", () => {
    for (const track of [...lookout.chosenTracks()].slice(0, MOST_WAYS)) {
      const kept = ways.get(tracks.id[track]);
      if (!kept || lookout.traffic.now - kept.asked > AGAIN_S) fetchWay(tracks.id[track]);
    }
    for (const id of [...ways.keys()].slice(0, Math.max(0, ways.size - MOST_WAYS))) ways.delete(id);
  });
  lookout.on("moved", ({ whole }) => {
    if (whole) ways.clear();
  });
}
