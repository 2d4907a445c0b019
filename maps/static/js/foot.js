"use strict";
// The foot of the map: scale in nautical miles, and what is owed to whom. And the hint beside the pointer.
{
  const { byId, format, map } = lookout;
  const WIDEST_PX = 120;
  const STEPS = [1, 2, 5];

  const scale = () => {
    const y = map.getSize().y / 2;
    const per_px = map.distance(map.containerPointToLatLng([0, y]), map.containerPointToLatLng([100, y])) / 100;
    const most = (per_px * WIDEST_PX) / format.NAUTICAL_MILE_M;
    const power = 10 ** Math.floor(Math.log10(most));
    const length = power * STEPS.findLast((step) => step * power <= most);
    byId("scale-bar").style.width = `${(length * format.NAUTICAL_MILE_M) / per_px}px`;
    byId("scale-text").textContent = `${format.number(length)} nm`;
  };

  const hint = byId("hint");
  /** Text beside a point of the window; none hides it. */
  lookout.hintAt = (point, text) => {
    hint.hidden = !text;
    if (!text) return;
    hint.textContent = text;
    const room = map.getSize().x - point.x;
    hint.style.left = `${point.x + (room < 220 ? -hint.offsetWidth - 14 : 14)}px`;
    hint.style.top = `${point.y + 12}px`;
  };

  map.on("zoomend moveend resize", scale);
  scale();
  byId("credits").textContent = lookout.page.credits.join(" · ");
}
