"use strict";
// What the page knows of coverage, what of it is chosen, and how a share is coloured.
{
  const CLASSES = ["least", "less", "half", "more", "most"];
  const NETWORK = 5 + 2;
  const STATION = 5;
  const cover = lookout.data("cover");
  lookout.cover = cover;

  /** The station chosen (-1 is the network) and the band (`air` is every height of aircraft). */
  const chosen = { station: -1, band: "0" };
  lookout.chosen = chosen;

  /** Cells of one kind by their place: `{row, col, heard, due, ears, chance}`; aircraft of every height are summed. */
  const cellsOf = (station, band) => {
    const [flat, width] = station < 0 ? [cover.network, NETWORK] : [cover.stations[station].cells, STATION];
    const found = new Map();
    for (let i = 0; i < flat.length; i += width) {
      const [row, col, at, heard, due, ears = null, chance = null] = flat.slice(i, i + width);
      if (band === "air" ? at === 0 : at !== Number(band)) continue;
      const key = row * 3600 + col;
      const known = found.get(key);
      if (known) {
        known.heard += heard;
        known.due += due;
        known.ears = Math.max(known.ears, ears);
        known.chance = null;
      } else found.set(key, { row, col, heard, due, ears, chance });
    }
    return found;
  };

  let held = { key: "", cells: new Map() };
  /** The cells chosen. */
  lookout.cells = () => {
    const key = `${chosen.station} ${chosen.band}`;
    if (held.key !== key) held = { key, cells: cellsOf(chosen.station, chosen.band) };
    return held.cells;
  };
  lookout.cellsOf = cellsOf;

  lookout.choose = (change) => {
    Object.assign(chosen, change);
    lookout.tell("chosen");
  };

  /** Which fifth a share falls in. */
  lookout.classOf = (share) => CLASSES[Math.min(4, Math.floor(5 * share))];
  lookout.classes = CLASSES;

  /** How solid a cell is drawn: a thousand reports due say all that can be said. */
  lookout.solid = (due) => 0.2 + 0.6 * Math.min(1, Math.log10(Math.max(due, 1)) / 3);

  lookout.percent = (share) => (Number.isFinite(share) ? `${Math.round(100 * share)} %` : lookout.format.NONE);

  const feet = (metres) => lookout.format.grouped(Math.round(metres / 0.3048 / 100) * 100);
  /** What people call a band. */
  lookout.bandTitle = (band) => {
    if (band === "air") return "Aircraft, every height";
    const { floor, top } = cover.bands[Number(band)];
    if (floor === null) return "Sea";
    if (top === null) return `Aircraft above ${feet(floor)} ft, or no height`;
    return floor === 0 ? `Aircraft below ${feet(top)} ft` : `Aircraft ${feet(floor)}–${feet(top)} ft`;
  };
}
