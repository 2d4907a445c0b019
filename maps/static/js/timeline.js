"use strict";
// Time as a slider shows it: what was recorded, joined, with a narrow gap for each long silence of
// everybody. Positions are in seconds from the left end; times are Unix seconds.
{
  const SILENCE_S = 3600;
  const GAP_SHARE = 0.03;
  const GAPS_SHARE = 0.25;

  /** Whole seconds that were recorded: intervals joined unless a silence lies between them, in order. */
  const joined = (intervals) => {
    const spans = [];
    const finite = intervals.filter(([begin, end]) => Number.isFinite(begin) && Number.isFinite(end));
    for (const [begin, end] of finite.sort((a, b) => a[0] - b[0])) {
      const last = spans.at(-1);
      if (last && begin - last.end <= SILENCE_S) last.end = Math.max(last.end, Math.ceil(end));
      else spans.push({ begin: Math.floor(begin), end: Math.max(Math.ceil(end), Math.floor(begin) + 1) });
    }
    return spans;
  };

  /** The mapping between time and position for intervals `[begin, end]` in which something was heard. */
  lookout.timelineOf = (intervals) => {
    const spans = joined(intervals);
    const length = spans.reduce((sum, { begin, end }) => sum + end - begin, 0);
    const breaks = Math.max(0, spans.length - 1);
    const gap = breaks ? Math.max(1, Math.ceil(length * Math.min(GAP_SHARE, GAPS_SHARE / breaks))) : 0;
    // Where each span starts: on the slider, and in seconds of what was recorded.
    let recorded = 0;
    spans.forEach((span, index) => {
      span.at = recorded + index * gap;
      span.recorded = recorded;
      recorded += span.end - span.begin;
    });

    /** The last span whose `key` is not after `value`; the first where all are. */
    const spanBy = (key, value) => {
      let [low, high] = [0, spans.length - 1];
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (spans[middle][key] <= value) low = middle;
        else high = middle - 1;
      }
      return low;
    };

    const timeline = {
      spans,
      length,
      gap,
      extent: length + breaks * gap,

      /** Which span a time is in, or comes after. */
      spanAt: (time) => spanBy("begin", time),

      /** The time itself where it was recorded; in a break, when it was next. */
      within(time) {
        const index = spanBy("begin", time);
        const { begin, end } = spans[index];
        if (time <= end) return Math.max(begin, time);
        return spans[index + 1]?.begin ?? end;
      },

      positionOf(time) {
        const { begin, end, at } = spans[spanBy("begin", time)];
        return at + Math.max(0, Math.min(end - begin, time - begin));
      },

      /** Inside a break, the nearer end of it. */
      timeAt(position) {
        const index = spanBy("at", position);
        const { begin, end, at } = spans[index];
        const over = position - at - (end - begin);
        if (over > gap / 2 && index < breaks) return spans[index + 1].begin;
        return Math.max(begin, Math.min(end, begin + position - at));
      },

      /** The time after so many more (or, negative, fewer) recorded seconds: breaks are jumped over. */
      after(time, seconds) {
        const from = timeline.within(time);
        const { begin, recorded: before } = spans[spanBy("begin", from)];
        const wanted = Math.max(0, Math.min(length, before + from - begin + seconds));
        const span = spans[spanBy("recorded", wanted)];
        return span.begin + wanted - span.recorded;
      },
    };
    return timeline;
  };
}
