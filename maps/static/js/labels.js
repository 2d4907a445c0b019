"use strict";
// Names beside symbols, as many as fit without touching; canvas text is only ever text.
{
  const MOST = 90;
  const CELL = 16;

  /** A keeper of free space on a view; `put(x, y, text)` writes in a colour unless the place is taken. */
  lookout.labels = (view, ink = "label") => {
    const taken = new Set();
    let written = 0;
    const cells = (x, y, width) => {
      const found = [];
      for (let column = Math.floor(x / CELL); column <= Math.floor((x + width) / CELL); column += 1) {
        for (const row of [Math.floor((y - 6) / CELL), Math.floor((y + 6) / CELL)]) found.push(column * 10000 + row);
      }
      return found;
    };
    const { context } = view;
    context.font = `${ink === "label" ? 600 : 400} 11px system-ui, sans-serif`;
    context.textBaseline = "middle";
    context.lineJoin = "round";
    return {
      /** Keep a symbol's own place free of names. */
      keep(x, y) {
        for (const cell of cells(x - 7, y, 14)) taken.add(cell);
      },
      put(x, y, text, always = false) {
        if (!text || (!always && written >= MOST)) return;
        const space = cells(x + 13, y, context.measureText(text).width);
        if (!always && space.some((cell) => taken.has(cell))) return;
        for (const cell of space) taken.add(cell);
        written += 1;
        context.lineWidth = 3;
        context.strokeStyle = lookout.theme.colour("halo");
        context.fillStyle = lookout.theme.colour(ink);
        context.strokeText(text, x + 13, y);
        context.fillText(text, x + 13, y);
      },
    };
  };
}
