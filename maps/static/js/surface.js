"use strict";
// A canvas that lies on the map, follows its pans and zooms, and is drawn whole by one function.
//
// Leaflet's own canvas keeps an object a path; one function over typed arrays draws twenty
// thousand symbols in the time that takes for two thousand.
{
  lookout.Surface = L.Renderer.extend({
    options: { padding: 0.15 },

    /** `draw({context, scale, left, top, width, height, zoom})`: world pixels less (left, top) are canvas pixels. */
    initialize(draw, options) {
      L.Renderer.prototype.initialize.call(this, options);
      this._draw = draw;
      this._pending = 0;
      this.millis = 0;
    },

    _initContainer() {
      this._container = document.createElement("canvas");
      this._container.className = "surface";
      this._container.setAttribute("aria-hidden", "true");
      this._context = this._container.getContext("2d");
    },

    _destroyContainer() {
      cancelAnimationFrame(this._pending);
      this._pending = 0;
      this._container.remove();
      delete this._container;
    },

    _updatePaths() {},

    _update() {
      if (this._map._animatingZoom && this._bounds) return;
      L.Renderer.prototype._update.call(this);
      const size = this._bounds.getSize();
      const ratio = window.devicePixelRatio || 1;
      const canvas = this._container;
      L.DomUtil.setPosition(canvas, this._bounds.min);
      if (canvas.width !== Math.round(size.x * ratio) || canvas.height !== Math.round(size.y * ratio)) {
        canvas.width = Math.round(size.x * ratio);
        canvas.height = Math.round(size.y * ratio);
        canvas.style.width = `${size.x}px`;
        canvas.style.height = `${size.y}px`;
      }
      this._ratio = ratio;
      this._paint();
    },

    _paint() {
      const began = performance.now();
      const size = this._bounds.getSize();
      const corner = this._map.getPixelOrigin().add(this._bounds.min);
      const context = this._context;
      context.setTransform(this._ratio, 0, 0, this._ratio, 0, 0);
      context.clearRect(0, 0, size.x, size.y);
      this._draw({
        context,
        scale: 256 * 2 ** this._map.getZoom(),
        left: corner.x,
        top: corner.y,
        width: size.x,
        height: size.y,
        zoom: this._map.getZoom(),
        ratio: this._ratio,
      });
      this.millis = performance.now() - began;
    },

    /** Draw again before the next frame; not while a zoom is being animated, which ends in a redraw. */
    redraw() {
      if (!this._map || this._pending) return;
      this._pending = requestAnimationFrame(() => {
        this._pending = 0;
        if (this._map && !this._map._animatingZoom) this._paint();
      });
    },
  });

  /** A surface in a pane of its own at a height (z-index) of its own. */
  lookout.surface = (name, height, draw, options = {}) => {
    const pane = lookout.map.getPane(name) ?? lookout.map.createPane(name);
    pane.style.zIndex = height;
    pane.style.pointerEvents = "none";
    return new lookout.Surface(draw, { pane: name, ...options });
  };

  /** Web Mercator of a position on a world one unit wide, as Leaflet's EPSG:3857 has it. */
  lookout.worldX = (lon) => (lon + 180) / 360;
  lookout.worldY = (lat) => {
    const sine = Math.sin((Math.max(-85.05, Math.min(85.05, lat)) * Math.PI) / 180);
    return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
  };
  lookout.lonOf = (x) => x * 360 - 180;
  lookout.latOf = (y) => (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI;
}
