"use strict";
// Symbols of tracks: drawn once for each kind, heading and state, then copied.
//
// Shape carries what colour carries: hull, aeroplane, rotor, diamond; a round for a ship that lies
// still; a cross over what has not been heard for a while.
{
  const HEADINGS = 48;
  const HULL = "M0-9.5C2.600-6.500 4-3.500 4 0V7.500H-4V0C-4-3.500-2.600-6.500 0-9.500Z";
  const PLANE =
    "M0-10C1-10 1.400-8 1.400-6V-2.500L10 3V5L1.400 2.600V6.800L4.200 9V10.400L0 9.300-4.200 10.400V9L-1.400 6.800V2.600L-10 5V3L-1.400-2.500V-6C-1.400-8-1-10 0-10Z";
  const ROTOR = "M-1.500-9.500H1.500V-5.200A5 5 0 0 1 1.500 4.500V9.500H4V11H-4V9.500H-1.500V4.500A5 5 0 0 1-1.500-5.200Z";
  const DIAMOND = "M0-5.500 5.500 0 0 5.500-5.500 0Z";
  const ROUND = "M4.500 0A4.500 4.500 0 1 1-4.500 0 4.500 4.500 0 0 1 4.500 0Z";
  const CROSS = "M-7-7 7 7M7-7-7 7";
  const BOX = 28;

  const shapes = { aircraft: PLANE, rotorcraft: ROTOR, station: DIAMOND };
  const shapeOf = (kind) => new Path2D(shapes[kind] ?? HULL);
  const round = new Path2D(ROUND);
  const cross = new Path2D(CROSS);

  /** Paint one symbol at the origin of `context`; `degrees` NaN draws it without a heading. */
  lookout.paintSymbol = (context, kind, degrees, silent) => {
    const colour = lookout.theme.colour;
    const pointed = Number.isFinite(degrees) || shapes[kind];
    context.save();
    if (Number.isFinite(degrees) && kind !== "station") context.rotate((degrees * Math.PI) / 180);
    context.lineJoin = "round";
    context.lineWidth = 1.4;
    context.globalAlpha = silent ? 0.6 : 1;
    context.fillStyle = silent ? colour("sea") : colour(`kind-${kind}`);
    context.strokeStyle = silent ? colour(`kind-${kind}`) : colour("outline");
    const shape = pointed ? shapeOf(kind) : round;
    context.fill(shape);
    context.stroke(shape);
    context.restore();
    if (!silent) return;
    context.strokeStyle = colour("outline");
    context.lineWidth = 1.4;
    context.stroke(cross);
  };

  /** A sheet of every symbol; `copy(context, kindIndex, degrees, silent, x, y)` puts one down. */
  lookout.symbolSheet = (kinds, ratio, size) => {
    const box = Math.ceil(BOX * size);
    const sheet = document.createElement("canvas");
    sheet.width = box * ratio * (HEADINGS + 1);
    sheet.height = box * ratio * kinds.length * 2;
    const context = sheet.getContext("2d");
    kinds.forEach(([kind], row) => {
      for (const silent of [0, 1]) {
        for (let turn = 0; turn <= HEADINGS; turn += 1) {
          const [x, y] = [(turn + 0.5) * box * ratio, (2 * row + silent + 0.5) * box * ratio];
          context.setTransform(ratio * size, 0, 0, ratio * size, x, y);
          lookout.paintSymbol(context, kind, turn === HEADINGS ? NaN : (turn * 360) / HEADINGS, silent === 1);
        }
      }
    });
    const cell = box * ratio;
    return (onto, kind, degrees, silent, x, y) => {
      const turn = Number.isFinite(degrees) ? Math.round((degrees / 360) * HEADINGS + HEADINGS) % HEADINGS : HEADINGS;
      const row = 2 * kind + (silent ? 1 : 0);
      onto.drawImage(sheet, turn * cell, row * cell, cell, cell, x - box / 2, y - box / 2, box, box);
    };
  };
}
