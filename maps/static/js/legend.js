"use strict";
// Symbols explained, each kind counted and switched on or off, and layers likewise.
{
  const { element, byId, format } = lookout;
  const EVERY_MS = 2000;
  const tracks = lookout.tracks;
  const legend = byId("legend");
  const swatches = [];
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
    const counter = element("span", { class: "count" });
    const label = choice(words, counter, (context) => lookout.paintSymbol(context, kind, 0, false), (on) => lookout.hide(kind, !on));
    label.hidden = true;
    return { label, counter };
  });

  // A kind is listed from when the first of it is heard.
  const countKinds = () => {
    counted = performance.now();
    const counts = new Int32Array(kinds.length);
    for (let track = 0; track < tracks.count; track += 1) counts[tracks.kind[track]] += tracks.alive === undefined || tracks.alive[track];
    kinds.forEach(({ label, counter }, kind) => {
      counter.textContent = format.grouped(counts[kind]);
      if (counts[kind]) label.hidden = false;
    });
  };

  const small = (paint) => (context) => {
    context.scale(0.62, 0.62);
    paint(context);
  };
  const flagSign = (state, marks) => small((context) => lookout.paintFlag(context, "loitering", state, marks));
  const signs = [
    ["Still", (context) => lookout.paintSymbol(context, "vessel", NaN, false)],
    ["Not heard for a while", (context) => lookout.paintSymbol(context, "vessel", 40, true)],
    ...(lookout.paintStray ? [["Position in doubt, of what is selected", (context) => lookout.paintStray(context, 0, 0)]] : []),
    ...(lookout.alerts ? [["Alert that nobody has seen", flagSign("open", { waiting: true })]] : []),
    ["Flag, open", flagSign("open")],
    ["Flag, closed", flagSign("closed")],
    ["Flag, withdrawn or unknown", flagSign("withdrawn")],
    ["Planted by a simulation, not real", flagSign("open", { planted: true })],
  ].map(([words, paint]) => element("li", {}, picture(paint), element("span", {}, words)));

  const layers = lookout.page.layers
    .filter(({ name, title }) => title && lookout.made[name])
    .map(({ name, title }) =>
      choice(title, null, null, (on) => {
        if (on) lookout.made[name].addTo(lookout.map);
        else lookout.made[name].remove();
      }),
    );

  const group = (title, tag, parts) =>
    parts.length ? element("fieldset", {}, element("legend", {}, title), element(tag, { class: "choices" }, ...parts)) : "";
  byId("legend-body").append(
    group("Kinds", "div", kinds.map(({ label }) => label)),
    group("Signs", "ul", signs),
    group("Layers", "div", layers),
  );
  countKinds();
  legend.addEventListener("toggle", countKinds);
  lookout.on("moved", () => {
    if (legend.open && performance.now() - counted >= EVERY_MS) countKinds();
  });
  lookout.on("themed", () => {
    for (const draw of swatches) draw();
  });
}
