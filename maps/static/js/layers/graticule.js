"use strict";
// Meridians and parallels at round minutes, labelled at the left and upper edges.
{
  // Steps in minutes of arc; the first that is at least this many pixels wide is drawn.
  const STEPS = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600];
  const WIDEST_PX = 110;

  const label = (minutes, [plus, minus]) => {
    const whole = Math.abs(Math.round(minutes));
    const rest = whole % 60;
    return `${Math.floor(whole / 60)}°${rest ? `${String(rest).padStart(2, "0")}′` : ""}${whole + rest === 0 ? "" : minutes < 0 ? minus : plus}`;
  };

  const draw = (view) => {
    const { context } = view;
    const map = lookout.map;
    const step = STEPS.find((minutes) => (minutes / 60 / 360) * view.scale >= WIDEST_PX) ?? 1200;
    const bounds = map.getBounds().pad(0.15);
    // Labels belong to the window's edge, which lies inside the canvas's.
    const inset = map.latLngToLayerPoint(map.containerPointToLatLng([0, 0]));
    const edge = map.getPixelOrigin().add(inset).subtract([view.left, view.top]);
    context.font = "11px system-ui, sans-serif";
    context.lineWidth = 1;
    context.strokeStyle = lookout.theme.colour("graticule");
    context.fillStyle = lookout.theme.colour("graticule-text");
    context.beginPath();
    for (let m = Math.ceil((bounds.getWest() * 60) / step) * step; m <= bounds.getEast() * 60; m += step) {
      const x = Math.round(lookout.worldX(m / 60) * view.scale - view.left) + 0.5;
      context.moveTo(x, 0);
      context.lineTo(x, view.height);
      if (x > edge.x + 70) context.fillText(label(m, "EW"), x + 4, edge.y + 14);
    }
    for (let m = Math.ceil((bounds.getSouth() * 60) / step) * step; m <= bounds.getNorth() * 60; m += step) {
      const y = Math.round(lookout.worldY(m / 60) * view.scale - view.top) + 0.5;
      context.moveTo(0, y);
      context.lineTo(view.width, y);
      if (y > edge.y + 30) context.fillText(label(m, "NS"), edge.x + 52, y - 4);
    }
    context.stroke();
  };

  lookout.layers.graticule = () => {
    const surface = lookout.surface("graticule", 220, draw);
    lookout.on("themed", () => surface.redraw());
    lookout.made.graticule = surface;
    return surface;
  };
}
