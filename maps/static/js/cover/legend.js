"use strict";
// The legend, a ladder: five shares across, four counts of reports due down, as they lie on the sea.
{
  const { byId, element, theme } = lookout;
  const DUES = [1, 10, 100, 1000];
  const [WIDE, TALL, ASIDE, HEAD] = [34, 18, 76, 20];
  const canvas = element("canvas", { role: "img", "aria-label": "From orange, few heard, to blue, all heard; pale where few reports were due, solid from a thousand on" });

  const draw = () => {
    const ratio = window.devicePixelRatio || 1;
    [canvas.width, canvas.height] = [264 * ratio, 96 * ratio];
    const context = canvas.getContext("2d");
    context.scale(ratio, ratio);
    context.font = "11px system-ui, sans-serif";
    context.textBaseline = "middle";
    context.textAlign = "center";
    context.fillStyle = theme.colour("muted");
    for (let edge = 0; edge <= 5; edge += 1) context.fillText(edge === 5 ? "100%" : String(20 * edge), ASIDE + edge * WIDE, 9);
    context.textAlign = "right";
    DUES.forEach((due, row) => {
      const y = HEAD + row * TALL;
      context.fillStyle = theme.colour("muted");
      context.fillText(`${lookout.format.grouped(due)}${due === 1000 ? "+" : ""} due`, ASIDE - 7, y + TALL / 2);
      lookout.classes.forEach((name, at) => {
        context.fillStyle = theme.colour("sea");
        context.fillRect(ASIDE + at * WIDE, y, WIDE, TALL);
        context.globalAlpha = lookout.solid(due);
        context.fillStyle = theme.colour(`heard-${name}`);
        context.fillRect(ASIDE + at * WIDE, y, WIDE, TALL);
        context.globalAlpha = 1;
      });
    });
  };

  byId("legend-body").append(
    element("div", { class: "ladder" }, canvas, element("p", {}, "A diamond is a station; hollow where it is not listening now.")),
  );
  // On a narrow screen it would cover half of what it explains.
  if (matchMedia("(max-width: 820px)").matches) byId("legend").open = false;
  lookout.on("themed", draw);
  draw();
}
