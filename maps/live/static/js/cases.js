"use strict";
// Flags and alerts as they come. A flag keeps its index for as long as the page is open, for the
// selection and the map point at it so; one that went is only no longer shown.
{
  const { format } = lookout;
  const indexOf = new Map();
  const features = new Map();
  const alerts = new Map();
  // What people have to look at. A state that is not known is not taken for one that is done with.
  const WAITING = ["new", "grown", "unknown"];

  const text = (value) => (value === null || value === undefined ? "" : String(value));

  /** Flags that stand: those that went keep their index, and are no longer shown. */
  lookout.standing = new Set();

  /** Alerts by number, each with `flag`, the index of what it is about. */
  lookout.alerts = alerts;

  /** The alert about a flag, or null. */
  lookout.alertOf = (index) => lookout.flags[index]?.alert ?? null;

  /**
   * Where an alert stands with people: new, acknowledged, closed, or grown (closed, and its flag has grown
   * since); none where no alert was made of a flag, unknown for what this page has no word for.
   */
  lookout.stateOf = ({ alert }) => (!alert ? "none" : alert.state === "closed" && alert.grown ? "grown" : alert.state);

  lookout.isWaiting = (flag) => WAITING.includes(lookout.stateOf(flag));

  const ownShape = lookout.shapeOf;
  lookout.shapeOf = (flag) => {
    if (!flag.alert || flag.state === "withdrawn") return ownShape(flag);
    return lookout.stateOf(flag) === "closed" ? "closed" : "open";
  };

  const takeFeature = (feature) => {
    const id = text(feature?.properties?.id);
    const known = features.get(id);
    if (known && known.properties.version > feature.properties.version) return indexOf.get(id);
    const index = indexOf.get(id) ?? lookout.flags.length;
    const flag = lookout.readFlag(feature, index);
    flag.alert = lookout.flags[index]?.alert ?? null;
    lookout.nameFlag(flag);
    features.set(id, feature);
    indexOf.set(id, index);
    lookout.flags[index] = flag;
    lookout.standing.add(index);
    return index;
  };

  const dropFeature = (id) => {
    const index = indexOf.get(id);
    if (index === undefined || lookout.flags[index].alert) return;
    lookout.standing.delete(index);
    if (lookout.state.flag === index) lookout.select({});
  };

  const takeAlert = (said) => {
    const known = alerts.get(text(said.id));
    const before = known ? lookout.stateOf({ alert: known }) : "none";
    if (known && known.version > Number(said.version)) return;
    const flag = takeFeature(said.feature ?? { properties: { id: `alert ${text(said.id)}` } });
    const alert = {
      flag,
      id: text(said.id),
      version: Number(said.version),
      state: ["new", "acknowledged", "closed"].includes(said.state) ? said.state : "unknown",
      opened: format.seconds(said.opened),
      acknowledged: format.seconds(said.acknowledged),
      closed: format.seconds(said.closed),
      reopened: format.seconds(said.reopened),
      grown: said.grown === true,
      acknowledgedBy: text(said.acknowledged_by),
      closedBy: text(said.closed_by),
      reopenedBy: text(said.reopened_by),
      reason: text(said.reason),
      note: text(said.note),
      howToReport: Array.isArray(said.how_to_report) ? said.how_to_report.map(text) : [],
    };
    alerts.set(alert.id, alert);
    lookout.flags[flag].alert = alert;
    const waits = lookout.isWaiting(lookout.flags[flag]);
    if (waits && !(known && WAITING.includes(before))) lookout.tell("alerted", alert);
  };

  const dropAlert = (id) => {
    const alert = alerts.get(id);
    if (!alert) return;
    alerts.delete(id);
    lookout.flags[alert.flag].alert = null;
    dropFeature(lookout.flags[alert.flag].id);
  };

  /** What is shown of a flag, to tell whether its details must be drawn again. */
  const formOf = (index) => (index === null ? null : [features.get(lookout.flags[index].id), lookout.flags[index].alert]);

  /** Take `{put, gone}` of flags and alerts; `whole` means that there are no others. */
  lookout.takeCases = (flags, changed, whole) => {
    const chosen = lookout.state.flag;
    const before = formOf(chosen);
    if (whole) {
      const there = new Set(changed.put.map((alert) => text(alert.id)));
      for (const id of [...alerts.keys()]) if (!there.has(id)) dropAlert(id);
      // After a restart versions may have begun anew: what is there now counts.
      for (const alert of alerts.values()) alert.version = -1;
      const standing = new Set(flags.put.map((feature) => text(feature.properties?.id)));
      for (const id of [...indexOf.keys()]) if (!standing.has(id)) dropFeature(id);
    }
    flags.put.forEach(takeFeature);
    changed.put.forEach(takeAlert);
    changed.gone.forEach(dropAlert);
    flags.gone.forEach(dropFeature);
    if (!whole && !flags.put.length && !changed.put.length && !changed.gone.length && !flags.gone.length) return;
    const planted = lookout.flags.filter((flag) => flag.planted && lookout.standing.has(flag.index));
    lookout.planted = new Set(planted.flatMap((flag) => flag.subjects));
    lookout.tell("cased");
    if (chosen === null || lookout.state.flag !== chosen) return;
    const after = formOf(chosen);
    if (after[0] !== before[0] || after[1] !== before[1]) lookout.tell("selected", { go: false });
  };

  lookout.on("moved", ({ whole, message }) => {
    if (message.who.length) lookout.flags.forEach(lookout.nameFlag);
    lookout.takeCases(message.flags, message.alerts, whole);
  });
}
