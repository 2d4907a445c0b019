"use strict";
// Flags: a disc with the glyph of its kind; filled while open, ringed when closed, dashed and grey
// when withdrawn.
{
  const RADIUS = 12;
  const text = (value) => (value === null || value === undefined ? "" : String(value));
  const list = (value) => (Array.isArray(value) ? value : []);
  const glyphs = new Map();

  for (const svg of document.getElementById("glyphs").content.querySelectorAll("svg")) {
    glyphs.set(svg.dataset.glyph, svg);
  }

  /** The glyph of a kind as an image for a page; kinds that brought none share one. */
  lookout.glyph = (kind) => {
    const svg = (glyphs.get(kind) ?? glyphs.get("other")).cloneNode(true);
    svg.setAttribute("aria-hidden", "true");
    svg.classList.add("glyph");
    return svg;
  };

  const strokes = new Map();
  const strokeOf = (kind) => {
    const known = glyphs.has(kind) ? kind : "other";
    if (!strokes.has(known)) strokes.set(known, new Path2D(glyphs.get(known).firstElementChild.getAttribute("d")));
    return strokes.get(known);
  };

  // Whatever a feature holds, a flag has these fields with these types.
  const read = (feature, index) => {
    const said = feature?.properties ?? {};
    const [lon, lat] = list(feature?.geometry?.coordinates).map(Number);
    return {
      index, lat, lon,
      x: lookout.worldX(lon),
      y: lookout.worldY(lat),
      id: text(said.id),
      kind: text(said.kind),
      subjects: list(said.subjects).map(text),
      start: lookout.format.seconds(said.start),
      end: lookout.format.seconds(said.end),
      raised: lookout.format.seconds(said.raised),
      score: Number(said.score),
      state: text(said.state),
      version: said.version,
      summary: text(said.summary),
      reasons: list(said.reasons).map((reason) => reason ?? {}),
      pattern: said.pattern ?? {},
      area: said.area ?? null,
      force: list(said.force).map(text),
      planted: said.planted === true,
    };
  };

  lookout.readFlag = read;

  /** Write into a flag who it is about, and the text that a search looks through. */
  lookout.nameFlag = (flag) => {
    flag.who = flag.subjects.map(lookout.nameOf).join(" and ") || "Area";
    const says = flag.subjects.flatMap((subject) => [subject, ...Object.values(lookout.says(subject))]);
    const own = [flag.kind, lookout.format.words(flag.kind), flag.id, flag.summary, ...flag.force];
    flag.sought = [...own, ...says].join("\n").toLowerCase();
  };

  /** How a flag is drawn: open, closed, withdrawn or unknown; a page may know better than the flag's own state. */
  lookout.shapeOf = (flag) => (["open", "closed", "withdrawn"].includes(flag.state) ? flag.state : "unknown");

  /** Whether a flag waits for somebody to look at it; on a page that knows. */
  lookout.isWaiting = () => false;

  /** A flag is on the map from the moment it was raised; the whole period shows all. */
  const isShown = (flag) =>
    Number.isFinite(flag.x + flag.y) && lookout.shownFlags.has(flag.index) && (lookout.state.time === null || !(flag.raised > lookout.state.time));

  /** Keep names off the flags that are shown. */
  lookout.keepFlags = (view, labels) => {
    for (const flag of lookout.flags ?? []) {
      const half = (flag.index === lookout.state.flag ? 1.25 : 1) * RADIUS + (flag.planted || lookout.isWaiting(flag) ? 8 : 0);
      if (isShown(flag)) labels.keep(flag.x * view.scale - view.left, flag.y * view.scale - view.top, half);
    }
  };

  /** Paint one flag at the origin of `context`; `waiting` adds a second ring, `planted` a striped square. */
  lookout.paintFlag = (context, kind, state, { waiting = false, planted = false } = {}) => {
    const colour = lookout.theme.colour;
    if (waiting) {
      for (const [name, width] of [["halo", 5], ["flag", 2.5]]) {
        context.beginPath();
        context.arc(0, 0, RADIUS + 4.5, 0, 2 * Math.PI);
        context.lineWidth = width;
        context.strokeStyle = colour(name);
        context.stroke();
      }
    }
    if (planted) lookout.paintPlanted(context, 0, 0, RADIUS + 8);
    context.beginPath();
    context.arc(0, 0, RADIUS, 0, 2 * Math.PI);
    context.fillStyle = colour(state === "open" ? "flag" : "paper");
    context.fill();
    context.lineWidth = 2;
    context.strokeStyle = colour(state === "open" ? "flag-edge" : state === "closed" ? "flag" : "muted");
    context.setLineDash(state === "open" || state === "closed" ? [] : [3, 3]);
    context.stroke();
    context.setLineDash([]);
    context.save();
    context.scale(0.72, 0.72);
    context.translate(-12, -12);
    context.lineCap = "round";
    context.lineJoin = "round";
    context.lineWidth = 2.4;
    context.strokeStyle = colour(state === "open" ? "on-flag" : state === "closed" ? "flag" : "muted");
    context.stroke(strokeOf(kind));
    context.restore();
  };

  const writePlanted = (context, x, bottom) => {
    context.font = "700 10px system-ui, sans-serif";
    context.textBaseline = "middle";
    const width = context.measureText("PLANTED").width;
    context.fillStyle = lookout.theme.colour("planted-ground");
    context.fillRect(x - width / 2 - 4, bottom - 14, width + 8, 14);
    context.fillStyle = lookout.theme.colour("planted");
    context.fillText("PLANTED", x - width / 2, bottom - 7);
  };

  const draw = (view) => {
    const { context } = view;
    const chosen = lookout.state.flag;
    const rank = (flag) => 2 * (flag.index === chosen) + lookout.isWaiting(flag);
    const order = [...lookout.flags].sort((a, b) => rank(a) - rank(b) || a.score - b.score);
    for (const flag of order) {
      if (!Number.isFinite(flag.x + flag.y) || !(isShown(flag) || flag.index === chosen)) continue;
      const x = flag.x * view.scale - view.left;
      const y = flag.y * view.scale - view.top;
      if (x < -20 || y < -20 || x > view.width + 20 || y > view.height + 20) continue;
      context.save();
      context.translate(x, y);
      if (flag.index === chosen) context.scale(1.25, 1.25);
      lookout.paintFlag(context, flag.kind, lookout.shapeOf(flag), { waiting: lookout.isWaiting(flag), planted: flag.planted });
      context.restore();
      if (flag.planted) writePlanted(context, x, y - 1.25 * (RADIUS + 8));
      if (flag.index === chosen) lookout.brackets(context, x, y, flag.planted || lookout.isWaiting(flag) ? 30 : 22);
    }
  };

  let area = null;
  /** Outline the area of the chosen flag; a geometry that Leaflet cannot read is left out. */
  const outline = () => {
    area?.remove();
    area = null;
    const flag = lookout.flags[lookout.state.flag ?? -1];
    if (!flag?.area) return;
    try {
      const style = { color: lookout.theme.colour("flag"), weight: 2, dashArray: "6 5", fillOpacity: 0.08 };
      const point = (_, place) => L.circleMarker(place, { radius: 5 });
      area = L.geoJSON(flag.area, { interactive: false, style, pointToLayer: point }).addTo(lookout.map);
    } catch {
      area = null;
    }
  };

  /** Bounds of the chosen flag's area, or null. */
  lookout.areaBounds = () => (area && area.getBounds().isValid() ? area.getBounds() : null);

  /** Flags under a layer point, the uppermost first. */
  const under = (point, reach) => {
    const map = lookout.map;
    const near = (flag) => map.latLngToLayerPoint([flag.lat, flag.lon]).distanceTo(point) <= reach;
    return lookout.flags
      .filter((flag) => Number.isFinite(flag.x + flag.y) && isShown(flag) && near(flag))
      .sort((a, b) => b.score - a.score)
      .map((flag) => flag.index);
  };

  lookout.layers.flags = (features) => {
    lookout.flags = features.map(read);
    lookout.shownFlags = new Set(lookout.flags.keys());
    const surface = lookout.surface("flags", 600, draw);
    for (const event of ["themed", "timed", "selected", "listed"]) lookout.on(event, () => surface.redraw());
    for (const event of ["themed", "selected"]) lookout.on(event, outline);
    surface.under = (point, reach) => (lookout.map.hasLayer(surface) ? under(point, reach) : []);
    lookout.made.flags = surface;
    return surface;
  };
}
