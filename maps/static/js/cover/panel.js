"use strict";
// The figures beside the map: what is chosen, how much of it was heard, and every station in a list.
{
  const { byId, chosen, cover, element, format } = lookout;
  const BANDS = ["0", "air", ...[...cover.bands.keys()].slice(1).map(String)];

  const sums = (cells) => {
    let [heard, due] = [0, 0];
    for (const cell of cells.values()) {
      heard += cell.heard;
      due += cell.due;
    }
    return { heard, due };
  };

  const farthest = (station) => {
    const sectors = station?.sectors?.[chosen.band === "0" ? "sea" : "air"];
    if (!sectors) return null;
    const most = Math.max(...sectors.farthest);
    return most ? { most, nearly: sectors.nearly_all, bearing: 10 * sectors.farthest.indexOf(most) + 5 } : null;
  };

  const option = (value, text, selected) => element("option", { value, selected }, text);
  byId("station").append(
    option("-1", "The whole network", true),
    ...cover.stations.map(({ name }, at) => option(String(at), name, false)),
  );
  const bands = BANDS.filter((band) => lookout.cellsOf(-1, band).size);
  if (bands.length && !bands.includes("0")) chosen.band = bands[0];
  byId("band").append(...(bands.length ? bands : ["0"]).map((band) => option(band, lookout.bandTitle(band), band === chosen.band)));
  byId("station").addEventListener("change", (event) => lookout.choose({ station: Number(event.target.value) }));
  byId("band").addEventListener("change", (event) => lookout.choose({ band: event.target.value }));

  const fact = (name, text) => [element("dt", {}, name), element("dd", {}, text)];

  const figures = () => {
    const cells = lookout.cells();
    const { heard, due } = sums(cells);
    const station = cover.stations[chosen.station];
    const far = farthest(station);
    byId("figures").replaceChildren(
      element("p", { class: "share" }, lookout.percent(heard / due)),
      element("small", {}, due ? `${format.grouped(heard)} heard of ${format.grouped(due)} reports due` : "Nothing was heard here"),
      element(
        "dl",
        { class: "facts" },
        ...fact("Cells", format.grouped(cells.size)),
        ...(far ? fact("Reach", format.miles(far.nearly)) : []),
        ...(far ? fact("Farthest", `${format.miles(far.most)}, about ${format.course(far.bearing)}`) : []),
        ...(station ? fact("Now", station.live ? "listening" : "silent or failing when last seen") : fact("Stations", `${format.grouped(cover.stations.length)}, ${format.grouped(cover.stations.filter(({ live }) => live).length)} listening now`)),
      ),
    );
  };

  const line = (station, at) => {
    const { heard, due } = sums(lookout.cellsOf(at, chosen.band));
    const far = farthest(station);
    const name = element(
      "button",
      { type: "button", class: "choose", "aria-pressed": String(at === chosen.station), onclick: () => lookout.choose({ station: at === chosen.station ? -1 : at }) },
      element("span", {}, element("span", { class: `dot${station.live ? " live" : ""}` }), element("bdi", {}, station.name)),
    );
    return element(
      "tr",
      { class: at === chosen.station ? "chosen" : "" },
      element("td", {}, name),
      element("td", { class: "number" }, due ? lookout.percent(heard / due) : format.NONE),
      element("td", { class: "number" }, due ? format.grouped(due) : format.NONE),
      element("td", { class: "number" }, far ? format.miles(far.nearly) : format.NONE),
    );
  };

  const list = () => {
    if (!cover.stations.length) return;
    const heads = ["Station", "Heard", "Due", "Reach"].map((text) => element("th", { scope: "col" }, element("span", {}, text)));
    byId("stations").replaceChildren(
      element("table", {}, element("thead", {}, element("tr", {}, ...heads)), element("tbody", {}, ...cover.stations.map(line))),
    );
  };

  const show = () => {
    byId("station").value = String(chosen.station);
    figures();
    list();
  };
  lookout.on("chosen", show);
  show();
  if (cover.left_off) byId("left-off").textContent = `${format.grouped(cover.left_off)} cells where least was due are left out of this page.`;
}
