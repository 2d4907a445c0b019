"use strict";
// Positions in doubt: too far from where the thing was a moment before. They are in no line and are
// nobody's last position; those of what is selected are drawn, small and hollow.
{
  const RADIUS = 3.5;

  /** Paint one at (x, y). */
  lookout.paintStray = (context, x, y) => {
    context.beginPath();
    context.arc(x, y, RADIUS, 0, 2 * Math.PI);
    context.lineWidth = 1.5;
    context.strokeStyle = lookout.theme.colour("outline");
    context.stroke();
  };

  /** Out of their columns, whose units are those of the lines; see traffic.js. */
  lookout.readStrays = (data, epoch) => ({
    jumps: data.jumps,
    track: data.track,
    time: lookout.summed(data.time, 0.1, epoch),
    x: lookout.summed(data.lon, 1e-5).map(lookout.worldX),
    y: lookout.summed(data.lat, 1e-5).map(lookout.worldY),
  });

  /** Draw those of some tracks between two times. */
  lookout.drawStrays = (view, strays, tracks, from, to) => {
    if (!tracks.size) return;
    for (let i = 0; i < strays.track.length; i += 1) {
      if (!tracks.has(strays.track[i]) || strays.time[i] < from || strays.time[i] > to) continue;
      lookout.paintStray(view.context, strays.x[i] * view.scale - view.left, strays.y[i] * view.scale - view.top);
    }
  };
}
