"use strict";
// Day and night. Colours live in palette.css; canvases read them from there.
{
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let cache = new Map();

  const apply = (night) => {
    root.dataset.theme = night ? "night" : "day";
    cache = new Map();
    lookout.tell("themed");
  };

  const chosen = lookout.remembered("theme");
  apply(chosen === null ? dark.matches : chosen === "night");
  // The system's wish counts until the user has said otherwise.
  dark.addEventListener("change", (event) => {
    if (lookout.remembered("theme") === null) apply(event.matches);
  });

  lookout.theme = {
    get night() {
      return root.dataset.theme === "night";
    },
    /** The value of a custom property of palette.css. */
    colour(name) {
      if (!cache.has(name)) cache.set(name, getComputedStyle(root).getPropertyValue(`--${name}`).trim());
      return cache.get(name);
    },
    toggle() {
      const night = !lookout.theme.night;
      lookout.remember("theme", night ? "night" : "day");
      apply(night);
    },
  };
}
