"use strict";
// What the frame of every page does: zoom, night, and moving the map without haste where haste is unwelcome.
{
  const { byId, map } = lookout;
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  /** How the map may move. */
  lookout.movement = () => ({ animate: !still.matches });

  // Leaflet reads its own switch once, when the map is made.
  const calm = () => {
    map._zoomAnimated = !still.matches;
    map.options.inertia = !still.matches;
  };
  still.addEventListener("change", calm);
  calm();

  /** Bring bounds into the window; nothing happens where there are none. */
  lookout.showBounds = (bounds, options) => {
    if (bounds.isValid()) map.fitBounds(bounds, { ...options, ...lookout.movement() });
  };

  byId("zoom-in").addEventListener("click", () => map.zoomIn());
  byId("zoom-out").addEventListener("click", () => map.zoomOut());
  byId("zoom-all").addEventListener("click", () => lookout.showAll());
  L.DomEvent.disableClickPropagation(byId("tools"));
  for (const id of ["legend", "readout"]) {
    L.DomEvent.disableClickPropagation(byId(id));
    L.DomEvent.disableScrollPropagation(byId(id));
  }

  const night = byId("night");
  const showTheme = () => night.setAttribute("aria-pressed", String(lookout.theme.night));
  night.addEventListener("click", () => lookout.theme.toggle());
  lookout.on("themed", showTheme);
  showTheme();
}
