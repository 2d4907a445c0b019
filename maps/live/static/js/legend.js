"use strict";
// Symbols explained, each kind counted and switched on or off, and layers likewise.
{
  const { element, byId, format } = lookout;
  const EVERY_MS = 2000;
  const tracks = lookout.tracks;
  const swatches = [];
  const counters = [];
  let counted = -EVERY_MS;

  const picture = (paint) => {
    const canvas = element("canvas", { width: 64, height: 64, class: "picture", "aria-hidden": "true" });
    const draw = () => {
      const context = canvas.getContext("2d");
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.clearRect(0, 0, 64, 64);
      context.setTransform(2, 0, 0, 2, 32, 32);
      paint(context);
    };
    swatches.push(draw);
    draw();
    return canvas;
  };

  const choice = (label, counter, paint, onchange) => {
    const box = element("input", { type: "checkbox", checked: true, onchange: () => onchange(box.checked) });
    return element("label", {}, box, paint ? picture(paint) : null, element("span", {}, label), counter);
  };

  const kinds = tracks.kinds.map(([kind, words]) => {
    const counter = element("span", { class: "count" }, "0");
    counters.push(counter);
    return choice(words, counter, (context) => lookout.paintSymbol(context, kind, 0, false), (on) => lookout.hide(kind, !on));
  });

  const sign = (words, paint) => element("li", {}, picture(paint), element("span", {}, words));
  const signs = [
    sign("Still", (context) => lookout.paintSymbol(context, "vessel", NaN, false)),
    sign("Not heard for a while", (context) => lookout.paintSymbol(context, "vessel", 40, true)),
    ...["open", "closed", "withdrawn"].map((state) =>
      sign(`Flag, ${state}`, (context) => lookout.paintFlag(context, "loitering", state)),
    ),
  ];

  const layers = lookout.page.layers
    .filter(({ name, title }) => title && lookout.made[name])
    .map(({ name, title }) =>
      choice(title, null, null, (on) => {
        if (on) lookout.made[name].addTo(lookout.map);
        else lookout.made[name].remove();
      }),
    );

  const group = (title, tag, parts) =>
    element("fieldset", {}, element("legend", {}, title), element(tag, { class: "choices" }, ...parts));
  byId("legend-body").append(group("Kinds", "div", kinds), group("Signs", "ul", signs), group("Layers", "div", layers));

  lookout.on("moved", () => {
    if (!byId("legend").open || performance.now() - counted < EVERY_MS) return;
    counted = performance.now();
    const counts = new Int32Array(tracks.kinds.length);
    for (let track = 0; track < tracks.count; track += 1) counts[tracks.kind[track]] += tracks.alive[track];
    counters.forEach((counter, kind) => (counter.textContent = format.grouped(counts[kind])));
  });
  lookout.on("themed", () => {
    for (const draw of swatches) draw();
  });
}
