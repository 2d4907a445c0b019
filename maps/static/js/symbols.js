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

  /** A sheet of every symbol, `cell` device pixels each, with two ways to put symbols down. */
  lookout.symbolSheet = (kinds, ratio, size) => {
    const cell = Math.ceil(BOX * size * ratio);
    const canvas = new OffscreenCanvas(cell * (HEADINGS + 1), cell * kinds.length * 2);
    const context = canvas.getContext("2d", { willReadFrequently: true });
    kinds.forEach(([kind], row) => {
      for (const silent of [0, 1]) {
        for (let turn = 0; turn <= HEADINGS; turn += 1) {
          context.setTransform(ratio * size, 0, 0, ratio * size, (turn + 0.5) * cell, (2 * row + silent + 0.5) * cell);
          lookout.paintSymbol(context, kind, turn === HEADINGS ? NaN : (turn * 360) / HEADINGS, silent === 1);
        }
      }
    });
    const pixels = new Uint32Array(context.getImageData(0, 0, canvas.width, canvas.height).data.buffer);
    const width = canvas.width;
    // A bitmap: copying from a canvas costs three times as much, as it might have changed.
    const sheet = canvas.transferToImageBitmap();
    const turnOf = (degrees) =>
      Number.isFinite(degrees) ? Math.round((degrees / 360) * HEADINGS + HEADINGS) % HEADINGS : HEADINGS;

    return {
      /** Copy one symbol; on whole pixels, or it would be filtered. */
      copy(onto, kind, degrees, silent, x, y) {
        const [left, top] = [Math.round(x * ratio - cell / 2) / ratio, Math.round(y * ratio - cell / 2) / ratio];
        const [column, row] = [turnOf(degrees) * cell, (2 * kind + silent) * cell];
        onto.drawImage(sheet, column, row, cell, cell, left, top, cell / ratio, cell / ratio);
      },

      /**
       * Stamp one symbol, hard-edged, on an image of the whole canvas: for throngs. Twenty thousand
       * copies take 100 to 150 ms of one core, stamps 10 to 20.
       */
      stamp(image, kind, degrees, silent, x, y) {
        const [left, top] = [Math.round(x * ratio - cell / 2), Math.round(y * ratio - cell / 2)];
        if (left < 0 || top < 0 || left + cell > image.width || top + cell > image.height) return;
        const from = (2 * kind + silent) * cell * width + turnOf(degrees) * cell;
        for (let v = 0; v < cell; v += 1) {
          const source = from + v * width;
          const target = (top + v) * image.width + left;
          for (let h = 0; h < cell; h += 1) {
            const pixel = pixels[source + h];
            if (pixel >>> 24 > 96) image.pixels[target + h] = pixel | 0xff000000;
          }
        }
      },
    };
  };
}
