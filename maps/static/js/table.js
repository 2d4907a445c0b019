"use strict";
// Tables of the lists: how they are built, sorted by their headings, marked and stepped through.
{
  const { element } = lookout;

  /** A table under headings that are words or cells of their own. */
  lookout.table = (caption, heads, rows) => {
    const cells = heads.map((head) =>
      typeof head === "string" ? element("th", { scope: "col" }, element("span", {}, head)) : head,
    );
    return element(
      "table",
      {},
      element("caption", { class: "unseen" }, caption),
      element("thead", {}, element("tr", {}, ...cells)),
      element("tbody", {}, ...rows),
    );
  };

  /** Headings that sort: columns are `{key, name, value(item), falls}`; `first` is sorted by at the start. */
  lookout.sorter = (scroll, columns, first, refill) => {
    let sort = { ...first };
    const heading = (column) => {
      const way = sort.key === column.key ? (sort.falls ? "descending" : "ascending") : "none";
      const onclick = () => {
        sort = { key: column.key, falls: sort.key === column.key ? !sort.falls : Boolean(column.falls) };
        refill();
        scroll.querySelector(`[data-sort="${column.key}"]`)?.focus();
      };
      const button = element("button", { type: "button", "data-sort": column.key, onclick }, column.name);
      return element("th", { scope: "col", "aria-sort": way }, button);
    };
    return {
      get key() {
        return sort.key;
      },
      heads: () => columns.map(heading),
      /** Items in the order chosen; `tie` orders equals. Each value is asked for once. */
      sorted(items, tie) {
        const { value } = columns.find((column) => column.key === sort.key);
        const keyed = items.map((item) => [value(item), item]);
        const up = sort.falls ? -1 : 1;
        keyed.sort(([a, one], [b, other]) => (a < b ? -up : a > b ? up : tie(one, other)));
        return keyed.map(([, item]) => item);
      },
    };
  };

  /** The place so many lines further down a list of `count` lines; -1 where there is none. */
  lookout.stepped = (count, at, step) => {
    if (!count) return -1;
    return at < 0 ? (step > 0 ? 0 : count - 1) : Math.max(0, Math.min(count - 1, at + step));
  };

  /** Mark the row whose data attribute `key` is `chosen`, and bring it into sight when it was not the one before. */
  lookout.markRows = (scroll, key, chosen) => {
    const fresh = scroll.dataset.chosen !== String(chosen);
    scroll.dataset.chosen = chosen;
    for (const row of scroll.querySelectorAll("tbody tr")) {
      const now = Number(row.dataset[key]) === chosen;
      if (now && fresh) row.scrollIntoView({ block: "nearest" });
      row.classList.toggle("chosen", now);
      row.querySelector("button").setAttribute("aria-pressed", String(now));
    }
  };

  /** Put a table in its place; the row that had the keyboard keeps it. */
  lookout.refill = (scroll, ...parts) => {
    const held = scroll.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
    scroll.replaceChildren(...parts.filter(Boolean));
    if (held !== undefined) scroll.querySelector(`[data-key="${Number(held)}"]`)?.focus({ preventScroll: true });
  };

  /** The button under a list that is longer than what is drawn of it. */
  lookout.moreButton = (drawn, count, page, onclick) =>
    count > drawn
      ? element("button", { type: "button", class: "more", onclick }, `Show ${Math.min(page, count - drawn)} more of ${lookout.format.grouped(count)}`)
      : null;
}
