"use strict";
// The land. Rings are projected once; each redraw only scales, and skips what is out of view
// or smaller than a pixel.
{
  const rings = (geometry) => {
    if (geometry.type === "Polygon") return geometry.coordinates;
    if (geometry.type === "MultiPolygon") return geometry.coordinates.flat();
    return [];
  };

  const projected = (ring) => {
    const points = new Float64Array(2 * ring.length);
    let [west, north, east, south] = [Infinity, Infinity, -Infinity, -Infinity];
    ring.forEach(([lon, lat], i) => {
      const x = lookout.worldX(lon);
      const y = lookout.worldY(lat);
      points[2 * i] = x;
      points[2 * i + 1] = y;
      [west, north] = [Math.min(west, x), Math.min(north, y)];
      [east, south] = [Math.max(east, x), Math.max(south, y)];
    });
    return { points, west, north, east, south };
  };

  const trace = (path, { points }, { scale, left, top }) => {
    const last = points.length - 2;
    let [drawnX, drawnY] = [points[0] * scale - left, points[1] * scale - top];
    path.moveTo(drawnX, drawnY);
    for (let i = 2; i <= last; i += 2) {
      const x = points[i] * scale - left;
      const y = points[i + 1] * scale - top;
      if (i !== last && Math.abs(x - drawnX) < 0.8 && Math.abs(y - drawnY) < 0.8) continue;
      path.lineTo(x, y);
      [drawnX, drawnY] = [x, y];
    }
    path.closePath();
  };

  lookout.layers.coast = (collection) => {
    const all = collection.features.flatMap((feature) => rings(feature.geometry)).map(projected);

    const surface = lookout.surface("coast", 210, (view) => {
      const [west, north] = [view.left / view.scale, view.top / view.scale];
      const [east, south] = [west + view.width / view.scale, north + view.height / view.scale];
      const path = new Path2D();
      for (const ring of all) {
        if (ring.east < west || ring.west > east || ring.south < north || ring.north > south) continue;
        if ((ring.east - ring.west) * view.scale < 1 && (ring.south - ring.north) * view.scale < 1) continue;
        trace(path, ring, view);
      }
      view.context.fillStyle = lookout.theme.colour("land");
      view.context.fill(path, "evenodd");
      view.context.strokeStyle = lookout.theme.colour("shore");
      view.context.lineWidth = 1;
      view.context.stroke(path);
    });
    lookout.on("themed", () => surface.redraw());
    lookout.made.coast = surface;
    return surface;
  };
}
