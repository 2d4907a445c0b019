"use strict";
// What of the alerts is listed and on the map: by state, kind and force. What is hidden is counted in
// sight, in strong colours where something among it waits for people.
{
  const { element, byId, format } = lookout;
  const STATES = {
    open: ["not closed", (flag) => !lookout.isDone(flag)],
    waiting: ["not yet seen", (flag) => lookout.isWaiting(flag)],
    acknowledged: ["seen", (flag) => lookout.stateOf(flag) === "acknowledged"],
    closed: ["closed", (flag) => ["closed", "grown"].includes(lookout.stateOf(flag))],
    none: ["flags only", (flag) => lookout.stateOf(flag) === "none"],
    all: ["all", () => true],
  };
  const NOWHERE = "\u0000";
  const choices = { state: byId("flag-state"), kind: byId("flag-kind"), force: byId("flag-force") };
  const note = byId("hidden-alerts");

  /** Whether nothing more is to be done about a flag: its alert is closed, or it ended without one. */
  lookout.isDone = (flag) => {
    const state = lookout.stateOf(flag);
    return state === "closed" || (state === "none" && ["closed", "withdrawn"].includes(flag.state));
  };

  const passes = {
    state: (flag) => STATES[choices.state.value][1](flag),
    kind: (flag) => choices.kind.value === "" || flag.kind === choices.kind.value,
    force: ({ force }) => {
      const { value } = choices.force;
      return value === "" || (value === NOWHERE ? !force.length : force.includes(value));
    },
  };

  const isListed = (flag) => Object.values(passes).every((pass) => pass(flag));

  const option = (value, words) => element("option", { value }, words);
  for (const [value, [words]] of Object.entries(STATES)) choices.state.append(option(value, words));

  /** The values there are, and the one chosen though it may have gone: a choice never changes by itself. */
  const offer = (select, all, values, words) => {
    const wanted = [...new Set([...values, select.value])].filter((value) => value !== "" && value !== NOWHERE).sort();
    const known = [...select.options].map(({ value }) => value);
    const offered = ["", ...wanted, ...(select === choices.force ? [NOWHERE] : [])];
    if (known.length === offered.length && known.every((value, i) => value === offered[i])) return;
    const { value } = select;
    select.replaceChildren(...offered.map((each) => option(each, each === "" ? all : each === NOWHERE ? "outside every area" : words(each))));
    select.value = value;
  };

  const say = (hidden) => {
    note.hidden = hidden.length === 0;
    const waiting = hidden.filter(lookout.isWaiting).length;
    const shut = hidden.filter(lookout.isDone).length;
    const counts = [[waiting, "not yet seen"], [shut, "done with"], [hidden.length - waiting - shut, "others"]];
    const parts = counts.filter(([count]) => count).map(([count, words]) => `${count} ${words}`);
    note.querySelector("span").textContent = `Hidden: ${parts.join(", ")}`;
    note.classList.toggle("waiting", waiting > 0);
  };

  /** The flags that stand and pass; the map shows them too. */
  lookout.passedFlags = (standing) => {
    offer(choices.kind, "all", standing.map(({ kind }) => kind), format.words);
    offer(choices.force, "all", standing.flatMap(({ force }) => force), (force) => force);
    const listed = standing.filter(isListed);
    say(standing.filter((flag) => !isListed(flag)));
    return listed;
  };

  for (const select of Object.values(choices)) select.addEventListener("change", () => lookout.tell("sifted"));
  byId("show-hidden").addEventListener("click", () => {
    choices.state.value = "all";
    for (const select of [choices.kind, choices.force]) select.value = "";
    lookout.tell("sifted");
    choices.state.focus();
  });
}
