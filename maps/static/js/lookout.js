"use strict";
// The namespace of the page's own scripts, the data they read, and how they tell each other.
//
// Each file is a block in strict mode that hangs one thing on `lookout`; nothing else is global.
// Text from outside is only ever given to `textContent`, `value` or `setAttribute("title")`.

const lookout = {
  /** Factories by name of layer; Folium's script calls them. */
  layers: {},
  /** Layers that were made, by name. */
  made: {},
  /** What single keys do, by key; see keys.js. */
  keys: {},
  /** Seconds of silence after which a symbol is crossed, and after which it is no longer drawn. */
  quiet: { vessel: [600, 3600], aircraft: [60, 300] },
};

{
  // Folium's map registers itself here, so that no script has to know Folium's name for it.
  L.Map.addInitHook(function () {
    lookout.map = this;
  });

  /** The JSON value that the page holds under a name. */
  lookout.data = (name) => JSON.parse(document.getElementById(`data-${name}`).textContent);

  /** Title, credits, layers, and what each subject says it is. */
  lookout.page = lookout.data("page");

  const saying = new Map(Object.entries(lookout.page.names));

  /** What a subject (`mmsi:235012345`) says it is: `{name, callsign, ...}`, each hostile text. */
  lookout.says = (subject) => saying.get(subject) ?? {};

  /** Its name, else its call sign, else nothing. */
  lookout.knownName = (subject) => lookout.says(subject).name || lookout.says(subject).callsign || "";

  /** The same, else its number. */
  lookout.nameOf = (subject) => {
    return lookout.knownName(subject) || String(subject).replace(/^(mmsi|icao24):/, "").toUpperCase();
  };

  const listeners = new Map();

  /** Call `listener(detail)` whenever `event` is told. */
  lookout.on = (event, listener) => {
    listeners.set(event, [...(listeners.get(event) ?? []), listener]);
  };

  lookout.tell = (event, detail) => {
    for (const listener of listeners.get(event) ?? []) listener(detail);
  };

  /** What the user has chosen; `time` null means the whole period. Written only by the setters. */
  const state = { flag: null, track: null, hidden: new Set(), search: "", time: null, trail: Infinity };
  lookout.state = state;

  /** Select a flag (its index) or a track (its index), or nothing; `go` also moves the map there. */
  lookout.select = ({ flag = null, track = null, go = false }) => {
    state.flag = flag;
    state.track = track;
    lookout.tell("selected", { go });
  };

  lookout.selected = () => state.flag !== null || state.track !== null;

  /** Show or hide one kind of track. */
  lookout.hide = (kind, hidden) => {
    if (hidden) state.hidden.add(kind);
    else state.hidden.delete(kind);
    lookout.tell("filtered");
  };

  /** Show one moment (Unix seconds), or the whole period (null), with trails so many seconds long. */
  lookout.goTo = (time, trail = state.trail) => {
    state.time = time;
    state.trail = trail;
    lookout.tell("timed");
  };

  lookout.find = (text) => {
    state.search = text.trim().toLowerCase();
    lookout.tell("searched");
  };

  /** An element with attributes, and children that are nodes or text; text is never read as markup. */
  lookout.element = (tag, attributes = {}, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
      else if (value === true) made.setAttribute(name, "");
      else if (value !== false && value !== null) made.setAttribute(name, value);
    }
    made.append(...children.filter((child) => child !== null && child !== undefined));
    return made;
  };

  lookout.byId = (id) => document.getElementById(id);

  /** Speak to a screen reader. */
  lookout.say = (text) => {
    lookout.byId("said").textContent = text;
  };

  // A browser may forbid storage to a local file; a choice is then forgotten, and nothing else.
  lookout.remembered = (key) => {
    try {
      return localStorage.getItem(`headland.${key}`);
    } catch {
      return null;
    }
  };

  lookout.remember = (key, value) => {
    try {
      localStorage.setItem(`headland.${key}`, value);
    } catch {
      // see above
    }
  };
}
