"use strict";
// The last script of the page: what lies under the pointer, and `window.headland`, which lets tests look.
{
  const { byId, format, hintAt, map } = lookout;
  const { lat: tall, lon: wide } = lookout.cover.cell;

  const home = map.getBounds();
  lookout.showAll = () => {
    const all = L.latLngBounds([]);
    for (const { row, col } of lookout.cells().values()) all.extend([(row + 0.5) * tall - 90, (col + 0.5) * wide - 180]);
    for (const { lat, lon, cells } of lookout.cover.stations) if (cells.length && lat !== null && lon !== null) all.extend([lat, lon]);
    lookout.showBounds(all.isValid() ? all.pad(0.05) : home, { padding: [24, 24], maxZoom: 11 });
  };

  const cellAt = ({ lat, lng }) => {
    const [row, col] = [Math.floor((lat + 90) / tall), Math.floor((lng + 180) / wide)];
    return lookout.cells().get(row * 3600 + col);
  };

  const describe = (cell) => {
    if (!cell) return "";
    const { heard, due, ears, chance } = cell;
    const lines = [`${lookout.percent(heard / due)} heard: ${format.grouped(heard)} of ${format.grouped(due)} due`];
    if (ears !== null) lines.push(ears === 1 ? "by one station" : `by ${format.grouped(ears)} stations`);
    if (chance !== null) lines.push(`a report sent now would be heard: ${chance} %`);
    return lines.join("\n");
  };

  map.getContainer().setAttribute("aria-label", "Chart of coverage; arrow keys move it. The figures stand beside it.");
  map.getContainer().setAttribute("role", "application");
  map.on("mousemove", (event) => {
    byId("cursor").textContent = format.position(event.latlng.lat, event.latlng.wrap().lng);
    hintAt(event.containerPoint, describe(cellAt(event.latlng.wrap())));
  });
  map.on("mouseout movestart", () => hintAt(null, ""));

  window.headland = {
    get cells() {
      return lookout.cells().size;
    },
    get theme() {
      return lookout.theme.night ? "night" : "day";
    },
    describe: (lat, lng) => describe(cellAt({ lat, lng })),
  };
}
