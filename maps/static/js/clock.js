"use strict";
// The replay: one moment of the period, moved by hand or played.
{
  const { element, byId, format } = lookout;
  const SPEEDS = [1, 5, 10, 30, 60, 120, 300, 600, 1800, 3600];
  const TRAILS = [[0, "none"], [300, "5 min"], [900, "15 min"], [3600, "1 h"], [21600, "6 h"], [Infinity, "all"]];
  const LONGEST_MS = 60_000;
  const times = lookout.flags.flatMap((flag) => [flag.start, flag.raised]).filter(Number.isFinite);
  const begin = Math.floor(Math.min(lookout.tracks.begin, ...times));
  const end = Math.ceil(Math.max(lookout.tracks.end, ...times));
  const empty = !(end > begin);
  lookout.period = { begin: empty ? 0 : begin, end: empty ? 0 : end };

  const slider = byId("time");
  const play = byId("play");
  const speed = byId("speed");
  const trail = byId("trail");
  let playing = 0;
  let previous = 0;

  slider.min = lookout.period.begin;
  slider.max = lookout.period.end;
  slider.value = lookout.period.end;
  speed.append(...SPEEDS.map((times) => element("option", { value: times }, `${times}×`)));
  trail.append(...TRAILS.map(([seconds, words]) => element("option", { value: seconds }, words)));
  // At first the whole period plays in a minute or so.
  speed.value = SPEEDS.find((times) => (end - begin) / times <= LONGEST_MS / 1000) ?? SPEEDS.at(-1);
  trail.value = end - begin > 4 * 3600 ? 3600 : 900;

  const trailLength = () => Number(trail.value);
  const shown = () => lookout.state.time ?? lookout.period.end;

  const seek = (time) => lookout.goTo(Math.max(lookout.period.begin, Math.min(lookout.period.end, time)), trailLength());

  const stop = () => {
    cancelAnimationFrame(playing);
    playing = 0;
    lookout.tell("played");
  };

  // Frames come as fast as they can be drawn; time follows the wall clock, so a slow machine
  // shows fewer frames, not a slower replay. After a pause of the tab it goes on where it was.
  const frame = (now) => {
    const passed = Math.min((now - previous) / 1000, 0.5);
    previous = now;
    const next = shown() + passed * Number(speed.value);
    seek(next);
    if (next >= lookout.period.end) stop();
    else playing = requestAnimationFrame(frame);
  };

  const start = () => {
    if (empty) return;
    if (lookout.state.time === null || shown() >= lookout.period.end) seek(lookout.period.begin);
    previous = performance.now();
    playing = requestAnimationFrame(frame);
    lookout.tell("played");
  };

  lookout.clock = {
    toggle: () => (playing ? stop() : start()),
    step: (seconds) => seek(shown() + seconds),
    whole: () => {
      stop();
      lookout.goTo(null);
    },
    get playing() {
      return playing !== 0;
    },
  };

  lookout.on("played", () => {
    play.setAttribute("aria-pressed", String(playing !== 0));
    play.querySelector(".unseen").textContent = playing ? "Pause" : "Play";
  });

  lookout.on("timed", () => {
    const time = lookout.state.time;
    byId("whole").setAttribute("aria-pressed", String(time === null));
    byId("replay").classList.toggle("moment", time !== null);
    slider.value = shown();
    slider.setAttribute("aria-valuetext", time === null ? "whole period" : format.utc(time));
    byId("now").textContent = empty ? "No times" : time === null ? format.duration(end - begin) : `${format.clock(time)} UTC`;
    byId("now").title = format.utc(shown());
  });

  slider.addEventListener("input", () => {
    if (playing) stop();
    seek(Number(slider.value));
  });
  play.addEventListener("click", lookout.clock.toggle);
  byId("whole").addEventListener("click", lookout.clock.whole);
  trail.addEventListener("change", () => {
    if (lookout.state.time !== null) seek(shown());
  });

  // Under the slider: how much was heard when, and a tick for each flag.
  const density = byId("density");
  const drawDensity = () => {
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [density.clientWidth, density.clientHeight];
    if (!width || empty) return;
    density.width = width * ratio;
    density.height = height * ratio;
    const context = density.getContext("2d");
    context.scale(ratio, ratio);
    const bins = new Float64Array(Math.max(1, Math.floor(width / 4)));
    const at = (time) => (time - begin) / (end - begin);
    const { time, start: starts, lineCount } = lookout.tracks;
    for (let line = 0; line < lineCount; line += 1) {
      const from = Math.floor(at(time[starts[line]]) * bins.length);
      const to = Math.floor(at(time[starts[line + 1] - 1]) * bins.length);
      for (let bin = Math.max(0, from); bin <= Math.min(bins.length - 1, to); bin += 1) bins[bin] += 1;
    }
    const most = Math.max(1, ...bins);
    context.fillStyle = lookout.theme.colour("density");
    bins.forEach((count, bin) => {
      const tall = (count / most) * (height - 8);
      context.fillRect((bin * width) / bins.length, height - tall, width / bins.length - 1, tall);
    });
    context.fillStyle = lookout.theme.colour("flag");
    for (const flag of lookout.flags) {
      if (Number.isFinite(flag.raised)) context.fillRect(at(flag.raised) * width - 1, 0, 2, 6);
    }
  };
  lookout.on("themed", drawDensity);
  new ResizeObserver(drawDensity).observe(density);

  if (empty) for (const control of [slider, play, speed, trail]) control.disabled = true;
  lookout.goTo(null, trailLength());
}
