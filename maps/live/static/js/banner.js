"use strict";
// How far the page may be believed. Red, in letters bigger than any alert's: nothing comes, or what comes
// is old. Amber: stations are lost, or flags rest on data that is far behind. And the times, always.
{
  const { element, byId, format } = lookout;
  const STALE_MS = 5000;
  const LOOK_MS = 250;
  const traffic = lookout.traffic;
  const warning = byId("warning");
  let warned = "";

  const age = (seconds) => (seconds >= 120 ? format.duration(seconds) : `${Math.round(seconds)} s`);

  const staleness = () => {
    const { now, newest, old } = traffic;
    const { silence } = lookout.link;
    if (silence >= STALE_MS) {
      const asOf = Number.isFinite(now) ? `The picture is as it was at ${format.clock(now)} UTC.` : "There is no picture yet.";
      return [`No data for ${age(Math.floor(silence / 1000))}`, `${asOf} Trying again.`];
    }
    if (!Number.isFinite(now) || !old) return null;
    if (!Number.isFinite(newest)) return ["The feed is empty", "The server answers, but has no position to show."];
    return ["The feed is old", `The server answers, but its newest position is ${age(Math.max(0, now - newest))} old.`];
  };

  // Only what changes is written: a screen reader speaks the headline once, not each second.
  const write = (id, text) => {
    if (byId(id).textContent !== text) byId(id).textContent = text;
  };

  const title = () => {
    const waiting = traffic.waiting ? `(${traffic.waiting}) ` : "";
    const wanted = `${staleness() ? "NO DATA " : ""}${waiting}${lookout.page.title}`;
    if (document.title !== wanted) document.title = wanted;
  };

  const look = () => {
    const stale = staleness();
    byId("stale").hidden = stale === null;
    document.body.classList.toggle("stale", stale !== null);
    write("stale-what", stale?.[0] ?? "");
    write("stale-why", stale?.[1] ?? "");
    title();
  };

  const MOST_NAMED = 6;
  const named = (stations) => {
    const rest = stations.length - MOST_NAMED;
    return `${stations.slice(0, MOST_NAMED).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
  };

  /** What is amiss though data comes: `[headline, more]`. */
  const warnings = () => {
    const { lag, lost, behind, deaf } = traffic;
    return [
      lost.stations.length ? [`${lost.stations.length} stations were lost together`, `${named(lost.stations)}. ${lost.why}`] : null,
      deaf ? ["No station is known to be alive", "What is on the map may be all that is left of it. See Stations."] : null,
      behind ? ["Flags are behind", `Alerts rest on what was heard up to ${format.clock(lag.as_of)} UTC; what came later has not been judged. ${lag.why}`] : null,
    ].filter(Boolean);
  };

  const warn = () => {
    const found = warnings();
    const text = JSON.stringify(found);
    if (text === warned) return;
    const before = warned;
    warned = text;
    warning.hidden = found.length === 0;
    const line = ([headline, more]) => element("li", {}, element("strong", {}, headline), " ", element("bdi", {}, more));
    warning.querySelector("ul").replaceChildren(...found.map(line));
    for (const [headline] of found) if (!before.includes(headline)) lookout.say(headline);
  };

  const times = () => {
    const { now, newest, lag, shown } = traffic;
    if (Number.isFinite(now)) write("clock", format.clock(now));
    byId("utc").title = format.utc(now);
    const heard = Number.isFinite(newest) ? `, newest ${age(Math.max(0, now - newest))} ago` : ", none placed";
    write("span", `Live: ${format.grouped(shown)} target${shown === 1 ? "" : "s"}${heard}`);
    write("as-of", Number.isFinite(lag.as_of) ? `flags as of ${format.clock(lag.as_of)}` : "age of flags not known");
    byId("as-of").classList.toggle("behind", traffic.behind || !Number.isFinite(lag.as_of));
  };

  const held = () => {
    const { muted } = traffic;
    byId("muted").querySelector("b").textContent = format.grouped(muted.count);
    byId("muted").classList.toggle("some", muted.count > 0);
    byId("muted").title = muted.why || "Nothing is held back.";
  };

  lookout.isStale = () => staleness() !== null;
  lookout.on("moved", () => {
    times();
    held();
    warn();
  });
  lookout.on("counted", title);
  byId("span").textContent = "Connecting";
  setInterval(look, LOOK_MS);
}
