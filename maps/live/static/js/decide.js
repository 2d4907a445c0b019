"use strict";
// Deciding about an alert: acknowledge it, close it for a reason, reopen it with a sentence that says
// why; under its details, with what was decided before.
{
  const { element, byId, format } = lookout;
  const SAID = { acknowledge: "Alert acknowledged", close: "Alert closed", reopen: "Alert reopened" };
  const drafts = new Map();
  let trouble = null;
  let busy = false;

  const outside = (text) => element("bdi", {}, text);
  const draftOf = (alert) => {
    if (!drafts.has(alert.id)) drafts.set(alert.id, { reason: "", note: "", text: "" });
    return drafts.get(alert.id);
  };

  const detailOf = async (answer) => {
    try {
      const { detail } = await answer.json();
      return typeof detail === "string" ? detail : "the server did not accept it";
    } catch {
      return `the server answered ${answer.status}`;
    }
  };

  const send = async (alert, verb, body) => {
    if (busy) return;
    busy = true;
    trouble = null;
    try {
      const answer = await fetch(`/api/alerts/${encodeURIComponent(alert.id)}/${verb}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ version: alert.version, ...body }),
      });
      if (answer.ok) {
        drafts.delete(alert.id);
        lookout.takeCases({ put: [], gone: [] }, { put: [await answer.json()], gone: [] }, false);
        lookout.say(SAID[verb]);
      } else {
        trouble = { id: alert.id, text: `Not done: ${await detailOf(answer)}` };
      }
    } catch {
      trouble = { id: alert.id, text: "Not done: the server cannot be reached." };
    } finally {
      busy = false;
    }
    if (trouble) {
      lookout.say(trouble.text);
      if (lookout.alertOf(lookout.state.flag)?.id === alert.id) lookout.tell("selected", { go: false });
    }
  };

  const chosen = () => (lookout.state.flag === null ? null : lookout.alertOf(lookout.state.flag));

  /** Acknowledge what is selected. */
  lookout.acknowledge = () => {
    const alert = chosen();
    if (alert?.state === "new") send(alert, "acknowledge", {});
  };

  const happened = (verb, time, who) => (Number.isFinite(time) || who ? `${verb} ${format.utc(time)}${who ? ` by ${who}` : ""}` : null);

  const FIRST = {
    new: "Nobody has acknowledged this alert yet.",
    grown: "It was closed, and its flag has grown since: somebody should look again.",
    unknown: "Where it stands with people is not known to this page.",
  };

  /** What was decided about an alert so far, one sentence each; text from outside. */
  lookout.history = (alert) =>
    [
      FIRST[lookout.stateOf({ alert })] ?? (alert.grown ? "Its flag has grown since it was last decided on." : null),
      happened("Acknowledged", alert.acknowledged, alert.acknowledgedBy),
      happened("Closed", alert.closed, alert.closedBy) ?? (alert.state === "closed" ? "Closed; by whom is not known" : null),
      alert.reason && (lookout.page.close_reasons.find(([code]) => code === alert.reason)?.[1] ?? alert.reason),
      happened("Reopened", alert.reopened, alert.reopenedBy),
      alert.note && `Note: ${alert.note}`,
    ].filter(Boolean);

  /** A field whose text outlives that the details are drawn anew. */
  const field = (id, placeholder, draft, key) => {
    const input = element("input", { id, type: "text", maxlength: 1000, autocomplete: "off", placeholder, "aria-label": placeholder });
    input.value = draft[key];
    input.addEventListener("input", () => (draft[key] = input.value));
    return input;
  };

  const form = (id, act, ...parts) => {
    const onsubmit = (event) => {
      event.preventDefault();
      act();
    };
    return element("form", { id, class: "decide", onsubmit }, ...parts);
  };

  const closing = (alert) => {
    const draft = draftOf(alert);
    const reason = element(
      "select",
      { id: "close-reason", required: true, "aria-label": "Reason for closing", onchange: () => (draft.reason = reason.value) },
      element("option", { value: "" }, "Reason for closing…"),
      ...lookout.page.close_reasons.map(([code, words]) => element("option", { value: code }, words)),
    );
    reason.value = draft.reason;
    const act = () => draft.reason && send(alert, "close", { reason: draft.reason, note: draft.note });
    const button = element("button", { type: "submit", id: "close-button", class: "plain" }, "Close alert");
    return form("close-form", act, reason, field("close-note", "Note (optional)", draft, "note"), button);
  };

  const reopening = (alert) => {
    const draft = draftOf(alert);
    const act = () => draft.text.trim() && send(alert, "reopen", { text: draft.text });
    const why = field("reopen-text", "Why it is taken up again", draft, "text");
    why.required = true;
    return form("reopen-form", act, why, element("button", { type: "submit", id: "reopen-button", class: "plain" }, "Reopen alert"));
  };

  const howToReport = ({ howToReport: lines }) =>
    element(
      "details",
      { id: "detail-how" },
      element("summary", {}, "How to report"),
      lines.length
        ? element("ul", { class: "report" }, ...lines.map((line) => element("li", {}, outside(line))))
        : element("p", { class: "quiet" }, "Nothing was said of how to report this."),
    );

  const section = (alert) => {
    const state = lookout.stateOf({ alert });
    const button = element("button", { type: "button", id: "acknowledge", class: "strong", onclick: lookout.acknowledge }, "Acknowledge", element("kbd", {}, "A"));
    return element(
      "section",
      { id: "decision", class: `decision is-${state}`, "aria-label": "Decision" },
      ...lookout.history(alert).map((line) => element("p", {}, outside(line))),
      trouble?.id === alert.id ? element("p", { class: "trouble", role: "alert" }, outside(trouble.text)) : null,
      alert.state === "new" ? button : null,
      alert.state === "closed" ? reopening(alert) : closing(alert),
      howToReport(alert),
    );
  };

  /** What the details of a flag say beneath its summary. */
  lookout.aboutFlag = ({ alert }) => [
    alert ? section(alert) : element("p", { class: "quiet flagged" }, "A flag; no alert has been made of it."),
  ];

  lookout.aboutTrack = (track) =>
    lookout.tracks.provisional[track]
      ? [element("p", { class: "quiet" }, "Provisional: shown as it was decoded, before fusion has ordered and joined it.")]
      : [];

  Object.assign(lookout.keys, {
    a: lookout.acknowledge,
    c: () => byId("close-reason")?.focus(),
    r: () => byId("reopen-text")?.focus(),
  });
}
