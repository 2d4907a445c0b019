"use strict";
// The replay: one moment of what was recorded, moved by hand or played.
{
  const { element, byId, format } = lookout;
  const SPEEDS = [1, 5, 10, 30, 60, 120, 300, 600, 1800, 3600];
  const TRAILS = [[0, "none"], [300, "5 min"], [900, "15 min"], [3600, "1 h"], [21600, "6 h"], [Infinity, "all"]];
  const LONGEST_MS = 60_000;
  const ARROW_S = 10;
  const { time: heard, start: rows, lineCount } = lookout.tracks;
  const line = (_, number) => [heard[rows[number]], heard[rows[number + 1] - 1]];
  const timeline = lookout.timelineOf([
    ...Array.from({ length: lineCount }, line),
    ...lookout.flags.flatMap((flag) => [[flag.start, flag.start], [flag.raised, flag.raised]]),
  ]);
  lookout.timeline = timeline;
  const empty = timeline.spans.length === 0;
  lookout.period = { begin: timeline.spans[0]?.begin ?? 0, end: timeline.spans.at(-1)?.end ?? 0 };
  const days = new Set(timeline.spans.flatMap(({ begin, end }) => [format.day(begin), format.day(end)])).size;

  const slider = byId("time");
  const play = byId("play");
  const speed = byId("speed");
  const trail = byId("trail");
  let playing = 0;
  let previous = 0;

  slider.min = 0;
  slider.max = timeline.extent;
  slider.value = timeline.extent;
  speed.append(...SPEEDS.map((times) => element("option", { value: times }, `${times}×`)));
  trail.append(...TRAILS.map(([seconds, words]) => element("option", { value: seconds }, words)));
  // At first the whole period plays in a minute or so.
  speed.value = SPEEDS.find((times) => timeline.length / times <= LONGEST_MS / 1000) ?? SPEEDS.at(-1);
  trail.value = timeline.length > 4 * 3600 ? 3600 : 900;

  const trailLength = () => Number(trail.value);
  const shown = () => lookout.state.time ?? lookout.period.end;

  const seek = (time) => {
    if (!empty) lookout.goTo(timeline.within(time), trailLength());
  };

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
    const next = timeline.after(shown(), passed * Number(speed.value));
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
    seek,
    step: (seconds) => {
      if (!empty) seek(timeline.after(shown(), seconds));
    },
    /** From one moment to the whole period; from there to the whole map. */
    whole: () => {
      stop();
      if (lookout.state.time === null) lookout.showAll();
      lookout.goTo(null);
    },
    get playing() {
      return playing !== 0;
    },
  };

  Object.assign(lookout.keys, {
    w: () => lookout.clock.whole(),
    " ": () => lookout.clock.toggle(),
    "[": () => lookout.clock.step(-60),
    "]": () => lookout.clock.step(60),
  });

  lookout.on("played", () => {
    play.setAttribute("aria-pressed", String(playing !== 0));
    play.querySelector(".unseen").textContent = playing ? "Pause" : "Play";
  });

  lookout.on("timed", () => {
    const time = lookout.state.time;
    byId("whole").setAttribute("aria-pressed", String(time === null));
    byId("replay").classList.toggle("moment", time !== null);
    if (!empty) slider.value = timeline.positionOf(shown());
    slider.setAttribute("aria-valuetext", time === null ? "whole period" : format.utc(time));
    const words = empty ? "No times" : time === null ? format.duration(timeline.length) : `${format.clock(time)} UTC`;
    const date = time !== null && days > 1 ? element("small", {}, format.day(time)) : "";
    byId("now").replaceChildren(words, date);
    byId("now").title = time === null ? byId("span").textContent : format.utc(time);
  });

  slider.addEventListener("input", () => {
    if (playing) stop();
    seek(timeline.timeAt(Number(slider.value)));
  });
  // A second a press is nothing, and a break must not hold the thumb.
  slider.addEventListener("keydown", (event) => {
    const way = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
    if (!way || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    if (playing) stop();
    lookout.clock.step(way * ARROW_S);
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
    const at = (time) => timeline.positionOf(time) / timeline.extent;
    for (let number = 0; number < lineCount; number += 1) {
      const [from, to] = line(null, number).map((time) => Math.floor(at(time) * bins.length));
      for (let bin = Math.max(0, from); bin <= Math.min(bins.length - 1, to); bin += 1) bins[bin] += 1;
    }
    const most = Math.max(1, ...bins);
    context.fillStyle = lookout.theme.colour("density");
    bins.forEach((count, bin) => {
      const tall = count && Math.max(2, (count / most) * (height - 8));
      context.fillRect((bin * width) / bins.length, height - tall, width / bins.length - 1, tall);
    });
    context.fillStyle = lookout.theme.colour("flag");
    for (const flag of lookout.flags) {
      if (Number.isFinite(flag.raised)) context.fillRect(at(flag.raised) * width - 1, 0, 2, 6);
    }
    drawSpans(width);
  };

  // Where the timeline is broken: a sign in each gap, and under each span its day, where it fits.
  const DAY_PX = 74;
  const drawSpans = (width) => {
    const marks = byId("spans");
    byId("replay").classList.toggle("broken", timeline.spans.length > 1);
    if (timeline.spans.length < 2) return;
    const px = (position) => (position / timeline.extent) * width;
    const put = (name, left, wide, text) => {
      const mark = element("span", { class: name }, text);
      mark.style.left = `${left}px`;
      mark.style.width = `${wide}px`;
      return mark;
    };
    let free = 0;
    const parts = timeline.spans.flatMap(({ begin, end, at }, index) => {
      const [left, right] = [px(at), px(at + end - begin)];
      const day = format.day(begin);
      const same = index && format.day(timeline.spans[index - 1].begin) === day;
      const found = index ? [put("gap", px(at - timeline.gap), Math.max(3, px(timeline.gap)), "")] : [];
      if (left >= free && left + DAY_PX <= width) {
        found.push(put("day", left, Math.max(DAY_PX, right - left), same ? format.minute(begin) : day));
        free = left + DAY_PX;
      }
      return found;
    });
    marks.replaceChildren(...parts);
  };
  lookout.on("themed", drawDensity);
  new ResizeObserver(drawDensity).observe(density);

  if (empty) for (const control of [slider, play, speed, trail]) control.disabled = true;
  lookout.goTo(null, trailLength());
}
