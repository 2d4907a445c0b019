"use strict";
// Single keys for the watch. They rest while text is typed, while a dialog is open, and when the
// user has switched them off (WCAG 2.1.4).
{
  const { byId } = lookout;
  const help = byId("help");
  const on = byId("keys-on");
  on.checked = lookout.remembered("keys") !== "off";
  on.addEventListener("change", () => lookout.remember("keys", on.checked ? "on" : "off"));

  const step = (by) => (byId("flags").hidden ? lookout.stepTarget(by) : lookout.stepFlag(by));

  const keys = {
    j: () => step(1),
    k: () => step(-1),
    n: () => lookout.theme.toggle(),
    w: () => lookout.clock.whole(),
    " ": () => lookout.clock.toggle(),
    "[": () => lookout.clock.step(-60),
    "]": () => lookout.clock.step(60),
    "0": () => lookout.showAll(),
    "+": () => lookout.map.zoomIn(),
    "=": () => lookout.map.zoomIn(),
    "-": () => lookout.map.zoomOut(),
    "/": () => byId("search").focus(),
    "?": () => help.showModal(),
  };

  const clear = () => {
    if (byId("search").value) {
      byId("search").value = "";
      lookout.find("");
    } else {
      lookout.select({});
    }
  };

  const typing = (target) => target.closest("input:not([type=checkbox]), select, textarea") !== null;
  const pressing = (target) => target.closest("button, summary, [role=tab], input") !== null;

  document.addEventListener("keydown", (event) => {
    if (help.open || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Escape") {
      clear();
      return;
    }
    if (!on.checked || typing(event.target) || (event.key === " " && pressing(event.target))) return;
    const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  byId("help-open").addEventListener("click", () => help.showModal());
}
