"use strict";
// Single keys for the watch; each page and each part adds its own to `lookout.keys`. They rest while
// text is typed, while a dialog is open, and when the user has switched them off (WCAG 2.1.4).
{
  const { byId } = lookout;
  const help = byId("help");
  const details = byId("details");
  const on = byId("keys-on");
  on.checked = lookout.remembered("keys") !== "off";
  on.addEventListener("change", () => lookout.remember("keys", on.checked ? "on" : "off"));

  const step = (by) => (byId("targets").hidden ? lookout.stepFlag(by) : lookout.stepTarget(by));

  // A key held down walks or zooms; it must not decide about a whole list.
  const HELD = new Set(["j", "k", "[", "]", "+", "=", "-"]);

  Object.assign(lookout.keys, {
    j: () => step(1),
    k: () => step(-1),
    n: () => lookout.theme.toggle(),
    "0": () => lookout.showAll(),
    "+": () => lookout.map.zoomIn(),
    "=": () => lookout.map.zoomIn(),
    "-": () => lookout.map.zoomOut(),
    "/": () => byId("search").focus(),
    "?": () => help.showModal(),
  });

  /** From a row that is chosen, or from nowhere, into the details; true where it went. */
  const enter = (target) => {
    const chosen = target.closest(".choose");
    if (details.hidden || (chosen ? chosen.getAttribute("aria-pressed") !== "true" : target !== document.body)) return false;
    details.focus();
    return true;
  };

  /** One step back: out of a field, out of the details to the row they belong to, out of a search, out of the selection. */
  const back = (target) => {
    if (details.contains(target)) {
      (document.querySelector("tr.chosen .choose") ?? byId("panel")).focus({ preventScroll: true });
      return;
    }
    if (typing(target)) target.blur();
    if (!byId("search").value) {
      lookout.select({});
      return;
    }
    byId("search").value = "";
    lookout.find("");
  };

  const typing = (target) => target.closest("input:not([type=checkbox]), select, textarea:not([readonly])") !== null;
  const pressing = (target) => target.closest("button, summary, [role=tab], input") !== null;

  document.addEventListener("keydown", (event) => {
    if (help.open || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Escape") {
      back(event.target);
      return;
    }
    if (!on.checked || typing(event.target)) return;
    if (event.key === "Enter") {
      if (enter(event.target)) event.preventDefault();
      return;
    }
    if (event.key === " " && pressing(event.target)) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (!Object.hasOwn(lookout.keys, key) || (event.repeat && !HELD.has(key))) return;
    event.preventDefault();
    lookout.keys[key]();
  });

  byId("help-open").addEventListener("click", () => help.showModal());
}
