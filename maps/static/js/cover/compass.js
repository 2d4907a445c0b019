"use strict";
// How far the station hears in each of 36 directions: a wedge to its farthest cell, coloured by the share heard.
{
  const { byId, element, format } = lookout;
  const SVG = "http://www.w3.org/2000/svg";
  const [SIZE, RADIUS] = [320, 132];
  const STEPS_NM = [1, 2, 5, 10, 20, 50, 100, 200];

  const shape = (tag, attributes, text = "") => {
    const made = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.textContent = text;
    return made;
  };

  const at = (degrees, radius) => {
    const turn = (degrees * Math.PI) / 180;
    return [SIZE / 2 + radius * Math.sin(turn), SIZE / 2 - radius * Math.cos(turn)].map((value) => value.toFixed(1));
  };

  const wedge = (sector, radius, name) => {
    const [from, to] = [at(10 * sector, radius), at(10 * sector + 10, radius)];
    const path = `M${SIZE / 2} ${SIZE / 2}L${from.join(" ")}A${radius} ${radius} 0 0 1 ${to.join(" ")}Z`;
    return shape("path", { class: `wedge ${name}`, d: path });
  };

  const picture = ({ farthest, heard, due }) => {
    const most = Math.max(...farthest) / format.NAUTICAL_MILE_M;
    const step = STEPS_NM.find((each) => most / each <= 4) ?? 500;
    const outer = Math.ceil(most / step) * step;
    const svg = shape("svg", { viewBox: `0 0 ${SIZE} ${SIZE}`, role: "img", "aria-label": `Farthest cell heard by bearing; the outer ring is ${outer} nautical miles` });
    for (const degrees of [0, 90, 180, 270]) {
      const [x, y] = at(degrees, RADIUS);
      svg.append(shape("line", { class: "axis", x1: SIZE / 2, y1: SIZE / 2, x2: x, y2: y }));
    }
    farthest.forEach((far, sector) => {
      const radius = (far / format.NAUTICAL_MILE_M / outer) * RADIUS;
      if (far) svg.append(wedge(sector, radius.toFixed(1), lookout.classOf(heard[sector] / due[sector])));
    });
    for (let ring = step; ring <= outer; ring += step) {
      svg.append(shape("circle", { class: "ring", cx: SIZE / 2, cy: SIZE / 2, r: ((ring / outer) * RADIUS).toFixed(1) }));
      const [x, y] = at(45, (ring / outer) * RADIUS);
      svg.append(shape("text", { x, y }, `${ring}${ring === outer ? " nm" : ""}`));
    }
    [["N", 0], ["E", 90], ["S", 180], ["W", 270]].forEach(([name, degrees]) => {
      const [x, y] = at(degrees, RADIUS + 15);
      svg.append(shape("text", { x, y: Number(y) + 4, class: degrees ? "" : "north" }, name));
    });
    return svg;
  };

  const draw = () => {
    const station = lookout.cover.stations[lookout.chosen.station];
    const sectors = station?.sectors?.[lookout.chosen.band === "0" ? "sea" : "air"];
    const figure = byId("compass");
    figure.hidden = !station;
    if (!station) return;
    if (!sectors) {
      figure.replaceChildren(element("figcaption", {}, "Where this station stands is not listed, so how far it hears is not known."));
      return;
    }
    if (!Math.max(...sectors.farthest)) {
      figure.replaceChildren(element("figcaption", {}, "It heard too little here to say how far it hears."));
      return;
    }
    const what = lookout.chosen.band === "0" ? "of vessels" : "of aircraft at every height";
    figure.replaceChildren(
      picture(sectors),
      element("figcaption", {}, `How far it hears, by true bearing: the farthest cell from which five reports ${what} came, coloured by the share heard.`),
    );
  };
  lookout.on("chosen", draw);
  draw();
}
