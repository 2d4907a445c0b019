"use strict";
// The line to the server: deltas by server-sent events, a snapshot to begin with and wherever a number
// is missing. banner.js says what comes of it.
{
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

  lookout.link = {
    connect,
    /** Milliseconds since anything came. */
    get silence() {
      return performance.now() - heard;
    },
  };
}
