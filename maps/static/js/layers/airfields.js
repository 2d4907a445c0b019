"use strict";
// Airfields: a ring with a runway through it; a ring with an H; a faint cross where one is closed.
{
  const FROM_ZOOM = 8;
  const NAMES_FROM_ZOOM = 10.5;

  const signs = {
    open(context, x, y) {
      context.moveTo(x + 5, y);
      context.arc(x, y, 5, 0, 2 * Math.PI);
      context.moveTo(x - 5.5, y + 5.5);
      context.lineTo(x + 5.5, y - 5.5);
    },
    heliport(context, x, y) {
      for (const [h, v] of [[-2.5, 3.5], [2.5, 3.5]]) {
        context.moveTo(x + h, y + v);
        context.lineTo(x + h, y - v);
      }
      context.moveTo(x - 2.5, y);
      context.lineTo(x + 2.5, y);
    },
    closed(context, x, y) {
      context.moveTo(x - 3, y - 3);
      context.lineTo(x + 3, y + 3);
      context.moveTo(x + 3, y - 3);
      context.lineTo(x - 3, y + 3);
    },
  };

  lookout.layers.airfields = (fields) => {
    const places = fields.map(([lat, lon, sort, name]) => ({ x: lookout.worldX(lon), y: lookout.worldY(lat), sort, name }));

    let written = { boxes: [] };
    /** Where names of airfields stand on this view; names of targets keep off them. */
    lookout.airfieldNames = (view) => {
      const same = written.left === view.left && written.top === view.top && written.scale === view.scale;
      return same && lookout.map.hasLayer(surface) ? written.boxes : [];
    };

    const surface = lookout.surface("airfields", 230, (view) => {
      written = { boxes: [] };
      if (view.zoom < FROM_ZOOM) return;
      const { context } = view;
      const labels = lookout.labels(view, "airfield");
      context.strokeStyle = lookout.theme.colour("airfield");
      context.lineWidth = 1.2;
      context.beginPath();
      const near = [];
      for (const { x, y, sort, name } of places) {
        const [left, top] = [x * view.scale - view.left, y * view.scale - view.top];
        if (left < -9 || top < -9 || left > view.width + 9 || top > view.height + 9) continue;
        if (sort !== "open" && view.zoom < NAMES_FROM_ZOOM) continue;
        signs[sort](context, left, top);
        if (sort !== "closed") near.push([left, top, name]);
      }
      context.stroke();
      if (view.zoom < NAMES_FROM_ZOOM) return;
      lookout.keepFlags?.(view, labels);
      for (const [left, top] of near) labels.keep(left, top, 6);
      written = { left: view.left, top: view.top, scale: view.scale, boxes: near.map((place) => labels.put(...place)).filter(Boolean) };
    });
    lookout.on("themed", () => surface.redraw());
    lookout.made.airfields = surface;
    return surface;
  };
}
