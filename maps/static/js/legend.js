"use strict";
// Symbols explained, each kind counted and switched on or off, and layers likewise.
{
  const { element, byId, format } = lookout;
  const body = byId("legend-body");
  const swatches = [];

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

  const choice = (label, count, paint, onchange) => {
    const box = element("input", { type: "checkbox", checked: true, onchange: () => onchange(box.checked) });
    return element(
      "label",
      {},
      box,
      paint ? picture(paint) : null,
      element("span", {}, label),
      count === null ? null : element("span", { class: "count" }, format.grouped(count)),
    );
  };

  const counts = new Map();
  for (const kind of lookout.tracks.kind) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const kinds = lookout.tracks.kinds
    .map(([kind, words], index) => ({ kind, words, index }))
    .filter(({ index }) => counts.has(index))
    .map(({ kind, words, index }) =>
      choice(words, counts.get(index), (context) => lookout.paintSymbol(context, kind, 0, false), (on) => lookout.hide(kind, !on)),
    );

  const states = [
    ["open", "Flag, open"],
    ["closed", "Flag, closed"],
    ["withdrawn", "Flag, withdrawn"],
  ].map(([state, words]) =>
    element("li", {}, picture((context) => lookout.paintFlag(context, "loitering", state)), element("span", {}, words)),
  );
  const signs = [
    element("li", {}, picture((context) => lookout.paintSymbol(context, "vessel", NaN, false)), element("span", {}, "Still")),
    element("li", {}, picture((context) => lookout.paintSymbol(context, "vessel", 40, true)), element("span", {}, "Not heard for a while")),
    element("li", {}, picture((context) => lookout.paintStray(context, 0, 0)), element("span", {}, "Position in doubt, of what is selected")),
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
    parts.length ? element("fieldset", {}, element("legend", {}, title), element(tag, { class: "choices" }, ...parts)) : null;
  body.append(
    ...[group("Kinds", "div", kinds), group("Signs", "ul", [...signs, ...states]), group("Layers", "div", layers)].filter(Boolean),
  );
  lookout.on("themed", () => {
    for (const draw of swatches) draw();
  });
}
