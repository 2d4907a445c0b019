"use strict";
// Cells coloured by the share heard, and stations where they stand.
{
  const draw = (view) => {
    const { context, scale, left, top } = view;
    const { lat: tall, lon: wide } = lookout.cover.cell;
    // Each edge is rounded once, so that neighbours meet and no hair of sea shows between them.
    const across = (col) => Math.round(lookout.worldX(col * wide - 180) * scale - left);
    const down = (row) => Math.round(lookout.worldY(row * tall - 90) * scale - top);
    for (const { row, col, heard, due } of lookout.cells().values()) {
      const [x, y, right, bottom] = [across(col), down(row + 1), across(col + 1), down(row)];
      if (right < 0 || x > view.width || bottom < 0 || y > view.height) continue;
      context.globalAlpha = lookout.solid(due);
      context.fillStyle = lookout.theme.colour(`heard-${lookout.classOf(heard / due)}`);
      context.fillRect(x, y, Math.max(right - x, 1), Math.max(bottom - y, 1));
    }
    context.globalAlpha = 1;
  };

  const mark = (view) => {
    const { context } = view;
    const labels = lookout.labels(view);
    const placed = lookout.cover.stations
      .map((station, at) => ({ ...station, at }))
      .filter(({ lat, lon }) => Number.isFinite(lat) && Number.isFinite(lon) && lat !== null && lon !== null)
      .map((station) => ({ ...station, x: lookout.worldX(station.lon) * view.scale - view.left, y: lookout.worldY(station.lat) * view.scale - view.top }));
    for (const { x, y } of placed) labels.keep(x, y, 8);
    for (const { x, y, at, live, name } of placed) {
      const size = at === lookout.chosen.station ? 9 : 6;
      context.beginPath();
      context.moveTo(x, y - size);
      context.lineTo(x + size, y);
      context.lineTo(x, y + size);
      context.lineTo(x - size, y);
      context.closePath();
      context.lineWidth = 4;
      context.strokeStyle = lookout.theme.colour("halo");
      context.stroke();
      context.fillStyle = lookout.theme.colour(live ? "outline" : "halo");
      context.fill();
      context.lineWidth = 1.6;
      context.strokeStyle = lookout.theme.colour("outline");
      context.stroke();
      labels.put(x, y, name, { always: at === lookout.chosen.station });
    }
  };

  lookout.layers.cover = () => {
    const cells = lookout.surface("cells", 215, draw);
    const stations = lookout.surface("stations", 400, mark);
    const both = L.layerGroup([cells, stations]);
    for (const event of ["themed", "chosen"]) {
      lookout.on(event, () => {
        cells.redraw();
        stations.redraw();
      });
    }
    lookout.made.cover = cells;
    return both;
  };
}
