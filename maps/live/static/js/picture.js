"use strict";
// What the server's board shows, kept up to date by its deltas: one slot a target, reused when one
// goes. `lookout.tracks` has the form that details and readout know from the replay, with one row a track.
//
// Wire units: see maps/live/wire.py. Here: Unix seconds, world units (0..1), m/s, degrees, metres.
{
  const UNSAID = -1_000_000;
  const TRAIL = 30;
  const FLOATS = ["time", "lat", "lon", "x", "y", "sog", "cog", "alt"];
  const WHOLES = ["id", "kind", "source", "stations", "doubt", "heard", "provisional", "alive", "points"];
  const TRAILS = ["trailTime", "trailX", "trailY"];

  const tracks = { count: 0, subjects: [], kinds: lookout.data("tracks").kinds };
  for (const name of TRAILS) tracks[name] = new Float64Array(0);
  for (const name of FLOATS) tracks[name] = new Float64Array(0);
  for (const name of WHOLES) tracks[name] = new Int32Array(0);
  const slotOf = new Map();
  const bySubject = new Map();
  const says = new Map();
  let free = [];
  const flies = tracks.kinds.map(([name]) => name === "aircraft" || name === "rotorcraft");

  lookout.tracks = tracks;
  lookout.trail = { span: TRAIL };
  // Until the server has spoken nothing is known, and nothing reads as if it were.
  lookout.traffic = {
    now: NaN, newest: NaN, old: true, number: -1, shown: 0, behind: false,
    muted: { count: 0, why: "" }, lag: { as_of: NaN, why: "" }, lost: { stations: [], why: "" },
  };
  lookout.says = (subject) => says.get(subject) ?? {};
  lookout.tracksOf = (subject) => (bySubject.has(subject) ? [bySubject.get(subject)] : []);
  lookout.lastRow = (_, track) => track;
  lookout.courseAt = (_, row) => tracks.cog[row];
  lookout.isAir = (_, track) => flies[tracks.kind[track]];

  /** Where a track is: fills `place`; false where there is none in that slot. */
  lookout.placeNow = (track, place) => {
    if (!tracks.alive[track]) return false;
    place.row = track;
    place.x = tracks.x[track];
    place.y = tracks.y[track];
    place.silence = Math.max(0, lookout.traffic.now - tracks.time[track]);
    place.silent = place.silence > lookout.quiet[lookout.isAir(tracks, track) ? "aircraft" : "vessel"][0];
    return true;
  };

  const grow = () => {
    const room = Math.max(256, 2 * tracks.time.length);
    for (const name of [...FLOATS, ...WHOLES, ...TRAILS]) {
      const wider = new tracks[name].constructor(TRAILS.includes(name) ? room * TRAIL : room);
      wider.set(tracks[name]);
      tracks[name] = wider;
    }
  };

  const release = (id) => {
    const slot = slotOf.get(id);
    if (slot === undefined) return;
    slotOf.delete(id);
    bySubject.delete(tracks.subjects[slot][0]);
    says.delete(tracks.subjects[slot][0]);
    tracks.alive[slot] = 0;
    tracks.points[slot] = 0;
    free.push(slot);
    if (lookout.state.track === slot) lookout.select({});
  };

  const introduce = ([id, subject, kind, said]) => {
    let slot = slotOf.get(id);
    if (slot === undefined) {
      slot = free.pop() ?? tracks.count;
      if (slot === tracks.count) tracks.count += 1;
      if (tracks.count > tracks.time.length) grow();
      slotOf.set(id, slot);
      bySubject.set(subject, slot);
      tracks.id[slot] = id;
      tracks.alive[slot] = 1;
      tracks.points[slot] = 0;
    }
    tracks.subjects[slot] = [subject];
    tracks.kind[slot] = kind;
    says.set(subject, said);
  };

  const put = (slot, lat, lon) => {
    tracks.lat[slot] = lat * 1e-5;
    tracks.lon[slot] = lon * 1e-5;
    tracks.x[slot] = lookout.worldX(lon * 1e-5);
    tracks.y[slot] = lookout.worldY(lat * 1e-5);
  };

  const pushTrail = (slot, time, x, y) => {
    const at = slot * TRAIL;
    if (tracks.points[slot] < TRAIL) tracks.points[slot] += 1;
    else for (const name of TRAILS) tracks[name].copyWithin(at, at + 1, at + TRAIL);
    const last = at + tracks.points[slot] - 1;
    tracks.trailTime[last] = time;
    tracks.trailX[last] = x;
    tracks.trailY[last] = y;
  };

  const said = (value, scale) => (value === UNSAID ? NaN : value * scale);

  const place = (at, epoch, marks) => {
    for (let i = 0; i < at.id.length; i += 1) {
      const slot = slotOf.get(at.id[i]);
      if (slot === undefined) continue;
      put(slot, at.lat[i], at.lon[i]);
      tracks.time[slot] = epoch + at.time[i] / 10;
      tracks.sog[slot] = said(at.sog[i], 0.01);
      tracks.cog[slot] = said(at.cog[i], 1);
      tracks.alt[slot] = said(at.alt[i], 1);
      for (const name of ["source", "stations", "doubt", "heard", "provisional"]) tracks[name][slot] = at[name][i];
      if (marks && at.marked[i]) pushTrail(slot, tracks.time[slot], tracks.x[slot], tracks.y[slot]);
    }
  };

  const layTrails = (ids, epoch, { counts, time, lat, lon }) => {
    let point = 0;
    ids.forEach((id, row) => {
      let [moment, north, east] = [10 * epoch, 0, 0];
      for (let i = 0; i < counts[row]; i += 1, point += 1) {
        moment += time[point];
        north += lat[point];
        east += lon[point];
        pushTrail(slotOf.get(id), moment / 10, lookout.worldX(east * 1e-5), lookout.worldY(north * 1e-5));
      }
    });
  };

  const common = (message) => {
    for (const name of ["now", "newest", "old", "number", "behind", "muted", "lag", "lost"]) lookout.traffic[name] = message[name];
    lookout.traffic.now ??= NaN;
    lookout.traffic.newest ??= NaN;
    lookout.traffic.lag.as_of ??= NaN;
    lookout.traffic.shown = slotOf.size;
  };

  /** Take a delta that follows on what is shown. */
  lookout.takeDelta = (delta) => {
    delta.gone.forEach(release);
    delta.who.forEach(introduce);
    place(delta.at, delta.epoch, true);
    common(delta);
    lookout.tell("moved", { whole: false, message: delta });
  };

  /** Take a snapshot in place of everything; what was selected stays so where it still is. */
  lookout.takeSnapshot = (snapshot) => {
    const chosen = lookout.state.track === null ? null : tracks.subjects[lookout.state.track][0];
    lookout.state.track = null;
    for (const id of [...slotOf.keys()]) release(id);
    free = [];
    tracks.count = 0;
    tracks.subjects = [];
    snapshot.who.forEach(introduce);
    place(snapshot.at, snapshot.epoch, false);
    layTrails(snapshot.at.id, snapshot.epoch, snapshot.trails);
    common(snapshot);
    lookout.tell("moved", { whole: true, message: snapshot });
    if (chosen !== null) lookout.select({ track: bySubject.get(chosen) ?? null });
  };
}
