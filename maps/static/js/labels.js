"use strict";
// Names beside symbols, as many as fit without touching; canvas text is only ever text.
{
  const MOST = 90;
  const CELL = 32;
  const HALF = 7;
  const ASIDE = 13;
  const ABOVE = 17;
  const FAR = 34;

  /** A keeper of free space on a view; `put(x, y, text)` writes in a colour unless the place is taken. */
  lookout.labels = (view, ink = "label") => {
    const taken = new Map();
    let written = 0;
    // Boxes by the cells they touch, so that a box is compared with its neighbours only.
    const cells = ([left, top, right, bottom]) => {
      const found = [];
      for (let column = Math.floor(left / CELL); column <= Math.floor(right / CELL); column += 1) {
        for (let row = Math.floor(top / CELL); row <= Math.floor(bottom / CELL); row += 1) found.push(column * 10000 + row);
      }
      return found;
    };
    const take = (box) => {
      for (const cell of cells(box)) {
        if (taken.has(cell)) taken.get(cell).push(box);
        else taken.set(cell, [box]);
      }
    };
    const touch = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
    const isFree = (box) => !cells(box).some((cell) => taken.get(cell)?.some((other) => touch(box, other)));
    const { context } = view;
    context.font = `${ink === "label" ? 600 : 400} 11px system-ui, sans-serif`;
    context.textBaseline = "middle";
    context.lineJoin = "round";
    return {
      /** Keep a symbol's own place, so many pixels about it, free of names. */
      keep(x, y, half = 7) {
        take([x - half, y - half, x + half, y + half]);
      },
      /** Keep boxes free that another surface of the same view has written in. */
      keepBoxes(boxes) {
        for (const box of boxes) take(box);
      },
      /**
       * To the right, else to the left, above or below (or, `upright`, the other way about); nowhere where all
       * are taken, unless it must be: then further off, else over what is there. Returns the box it took, or null.
       */
      put(x, y, text, { always = false, upright = false } = {}) {
        if (!text || (!always && written >= MOST)) return null;
        const width = context.measureText(text).width;
        const middle = x - width / 2;
        const about = (aside, above) => {
          const beside = [[x + aside, y], [x - aside - width, y]];
          const over = [[middle, y - above], [middle, y + above]];
          return upright ? [...over, ...beside] : [...beside, ...over];
        };
        const sides = [...about(ASIDE, ABOVE), ...(always ? about(FAR, FAR) : [])];
        const boxOf = ([left, line]) => [left - 2, line - HALF, left + width + 2, line + HALF];
        const free = sides.find((side) => isFree(boxOf(side)));
        if (!free && !always) return null;
        const [left, line] = free ?? sides[0];
        const box = boxOf([left, line]);
        take(box);
        written += 1;
        context.lineWidth = 3;
        context.strokeStyle = lookout.theme.colour("halo");
        context.fillStyle = lookout.theme.colour(ink);
        context.strokeText(text, left, line);
        context.fillText(text, left, line);
        return box;
      },
    };
  };
}
