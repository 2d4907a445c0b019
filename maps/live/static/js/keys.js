"use strict";
// Single keys for the watch. They rest while text is typed, while a dialog is open, and when the
// user has switched them off (WCAG 2.1.4).
{
  const { byId } = lookout;
  const help = byId("help");
  const on = byId("keys-on");
  on.checked = lookout.remembered("keys") !== "off";
  on.addEventListener("change", () => lookout.remember("keys", on.checked ? "on" : "off"));

  const step = (by) => (byId("targets").hidden ? lookout.stepFlag(by) : lookout.stepTarget(by));

  const keys = {
    j: () => step(1),
    k: () => step(-1),
    a: () => lookout.acknowledge(),
    c: () => lookout.beginClosing(),
    m: () => lookout.bell.toggle(),
    n: () => lookout.theme.toggle(),
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

  document.addEventListener("keydown", (event) => {
    // A key held down must not acknowledge a whole list.
    if (help.open || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Escape") {
      if (typing(event.target)) event.target.blur();
      clear();
      return;
    }
    if (!on.checked || typing(event.target)) return;
    const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  byId("help-open").addEventListener("click", () => help.showModal());
}
