"use strict";
// The land. Rings are projected once; each redraw only scales, and skips what is out of view or
// smaller than a pixel. Near the tracks a finer coast takes the place of the coarse one; beyond both
// lies a plain one, which meets them along straight cuts.
{
  const FINE_FROM_ZOOM = 9;

  // Edges along which land was cut are no shore; `cut[i]` marks the edge that ends at i.
  const projected = (differences, step, cuts) => {
    const n = differences.length / 2;
    const ring = { x: new Float64Array(n), y: new Float64Array(n), cut: new Uint8Array(n) };
    const bounds = { west: Infinity, north: Infinity, east: -Infinity, south: -Infinity };
    const lies = (lines, value, before) =>
      lines.some((line) => Math.abs(value * step - line) < step && Math.abs(before * step - line) < step);
    let [lon, lat] = [0, 0];
    for (let i = 0; i < n; i += 1) {
      const before = [lon, lat];
      lon += differences[2 * i];
      lat += differences[2 * i + 1];
      ring.cut[i] = i > 0 && (lies(cuts.lon, lon, before[0]) || lies(cuts.lat, lat, before[1])) ? 1 : 0;
      ring.x[i] = lookout.worldX(lon * step);
      ring.y[i] = lookout.worldY(lat * step);
      bounds.west = Math.min(bounds.west, ring.x[i]);
      bounds.east = Math.max(bounds.east, ring.x[i]);
      bounds.north = Math.min(bounds.north, ring.y[i]);
      bounds.south = Math.max(bounds.south, ring.y[i]);
    }
    return Object.assign(ring, bounds);
  };

  const read = (coast, cuts) => coast.rings.map((ring) => projected(ring, coast.step, cuts));

  const trace = (land, shore, seam, { x, y, cut }, { scale, left, top }) => {
    let [drawnX, drawnY] = [x[0] * scale - left, y[0] * scale - top];
    land.moveTo(drawnX, drawnY);
    shore.moveTo(drawnX, drawnY);
    for (let i = 1; i < x.length; i += 1) {
      const pixelX = x[i] * scale - left;
      const pixelY = y[i] * scale - top;
      const near = Math.abs(pixelX - drawnX) < 0.8 && Math.abs(pixelY - drawnY) < 0.8;
      if (near && i + 1 < x.length && !cut[i] && !cut[i + 1]) continue;
      land.lineTo(pixelX, pixelY);
      if (cut[i]) {
        seam.moveTo(drawnX, drawnY);
        seam.lineTo(pixelX, pixelY);
        shore.moveTo(pixelX, pixelY);
      } else shore.lineTo(pixelX, pixelY);
      [drawnX, drawnY] = [pixelX, pixelY];
    }
  };

  const paint = (view, rings) => {
    const [west, north] = [view.left / view.scale, view.top / view.scale];
    const [east, south] = [west + view.width / view.scale, north + view.height / view.scale];
    const [land, shore, seam] = [new Path2D(), new Path2D(), new Path2D()];
    for (const ring of rings) {
      if (ring.east < west || ring.west > east || ring.south < north || ring.north > south) continue;
      if ((ring.east - ring.west) * view.scale < 1 && (ring.south - ring.north) * view.scale < 1) continue;
      trace(land, shore, seam, ring, view);
    }
    view.context.fillStyle = lookout.theme.colour("land");
    view.context.fill(land, "evenodd");
    // Two fills that meet leave a hair of sea between them.
    view.context.strokeStyle = lookout.theme.colour("land");
    view.context.lineWidth = 1.5;
    view.context.stroke(seam);
    view.context.strokeStyle = lookout.theme.colour("shore");
    view.context.lineWidth = 1;
    view.context.stroke(shore);
  };

  lookout.layers.coast = ({ coarse, fine, beyond, cuts }) => {
    const far = read(beyond, cuts);
    const wide = [...far, ...read(coarse, cuts)];
    const near = fine ? [...far, ...read(fine, cuts)] : [];

    const surface = lookout.surface("coast", 210, (view) => {
      if (!fine || view.zoom < FINE_FROM_ZOOM) {
        paint(view, wide);
        return;
      }
      const { context, scale, left, top } = view;
      const [west, south, east, north] = fine.box;
      // On whole pixels of the screen, or the edge between the two clips would be half of each.
      const whole = (pixels) => Math.round(pixels * view.ratio) / view.ratio;
      const [x, y] = [whole(lookout.worldX(west) * scale - left), whole(lookout.worldY(north) * scale - top)];
      const [right, bottom] = [whole(lookout.worldX(east) * scale - left), whole(lookout.worldY(south) * scale - top)];
      const inside = new Path2D();
      inside.rect(x, y, right - x, bottom - y);
      const outside = new Path2D(inside);
      outside.rect(-1, -1, view.width + 2, view.height + 2);
      for (const [clip, rings] of [[outside, wide], [inside, near]]) {
        context.save();
        context.clip(clip, "evenodd");
        paint(view, rings);
        context.restore();
      }
    });
    lookout.on("themed", () => surface.redraw());
    lookout.made.coast = surface;
    return surface;
  };
}
