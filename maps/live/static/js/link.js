"use strict";
// The line to the server: deltas by server-sent events, a snapshot to begin with and wherever a number
// is missing. When nothing comes, the page says so in letters bigger than any alert's.
{
  const { byId, format } = lookout;
  const STALE_MS = 5000;
  const LOOK_MS = 250;
  const AGAIN_MS = [500, 1000, 2000, 4000];
  const MOST_WAITING = 64;

  let source = null;
  let waiting = [];
  let asking = false;
  let failures = 0;
  let heard = performance.now();
  let retry = 0;

  const ready = () => lookout.traffic.number >= 0;

  const apply = () => {
    waiting.sort((a, b) => a.number - b.number);
    while (waiting.length && waiting[0].number <= lookout.traffic.number) waiting.shift();
    while (waiting.length && waiting[0].number === lookout.traffic.number + 1) lookout.takeDelta(waiting.shift());
    if (waiting.length) ask();
  };

  const ask = async () => {
    if (asking) return;
    asking = true;
    try {
      const answer = await fetch("/api/snapshot", { cache: "no-store" });
      if (!answer.ok) throw new Error(`${answer.status}`);
      lookout.takeSnapshot(await answer.json());
      heard = performance.now();
      failures = 0;
      asking = false;
      apply();
    } catch {
      asking = false;
      reconnect();
    }
  };

  const reconnect = () => {
    source?.close();
    source = null;
    clearTimeout(retry);
    retry = setTimeout(connect, AGAIN_MS[Math.min(failures, AGAIN_MS.length - 1)]);
    failures += 1;
  };

  const connect = () => {
    source?.close();
    waiting = [];
    const mine = new EventSource("/api/events");
    source = mine;
    // A server that began anew counts anew: after each connection only a snapshot says where it stands.
    mine.addEventListener("open", () => {
      lookout.traffic.number = -1;
      ask();
    });
    mine.addEventListener("error", () => {
      if (source === mine) reconnect();
    });
    mine.addEventListener("delta", (event) => {
      if (source !== mine) return;
      heard = performance.now();
      waiting.push(JSON.parse(event.data));
      if (waiting.length > MOST_WAITING) waiting.shift();
      if (ready()) apply();
    });
  };

  const age = (seconds) => (seconds >= 120 ? format.duration(seconds) : `${Math.round(seconds)} s`);

  const staleness = () => {
    const { now, newest, old } = lookout.traffic;
    const silent_s = (performance.now() - heard) / 1000;
    if (silent_s * 1000 >= STALE_MS) {
      const asOf = Number.isFinite(now) ? `The picture is as it was at ${format.clock(now)} UTC.` : "There is no picture yet.";
      return [`No data for ${age(Math.floor(silent_s))}`, `${asOf} Trying again.`];
    }
    if (!Number.isFinite(now) || !old) return null;
    if (!Number.isFinite(newest)) return ["The feed is empty", "The server answers, but has no position to show."];
    return ["The feed is old", `The server answers, but its newest position is ${age(Math.max(0, now - newest))} old.`];
  };

  const look = () => {
    const stale = staleness();
    byId("stale").hidden = stale === null;
    document.body.classList.toggle("stale", stale !== null);
    if (!stale) return;
    // Only what changes is written: a screen reader speaks the headline once, not each second.
    for (const [id, text] of [["stale-what", stale[0]], ["stale-why", stale[1]]]) {
      if (byId(id).textContent !== text) byId(id).textContent = text;
    }
  };

  lookout.on("moved", () => {
    const { now, newest, muted, shown } = lookout.traffic;
    if (Number.isFinite(now)) byId("utc").querySelector("b").textContent = format.clock(now);
    byId("utc").title = format.utc(now);
    const lag = Number.isFinite(newest) ? `, newest ${age(Math.max(0, now - newest))} ago` : "";
    byId("span").textContent = `Live: ${format.grouped(shown)} target${shown === 1 ? "" : "s"}${lag}`;
    byId("muted").querySelector("b").textContent = format.grouped(muted.count);
    byId("muted").classList.toggle("some", muted.count > 0);
    byId("muted").title = muted.why || "Nothing is held back.";
  });

  lookout.link = {
    connect,
    get stale() {
      return staleness() !== null;
    },
  };
  setInterval(look, LOOK_MS);
}
