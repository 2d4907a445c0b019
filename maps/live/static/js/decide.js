"use strict";
// Deciding about an alert: acknowledge it, or close it for a reason; under its details.
{
  const { element, byId, format } = lookout;
  const panel = byId("details");
  const WORDS = { new: "Nobody has acknowledged this alert yet.", unknown: "Its state is not known to this page." };
  const drafts = new Map();
  let trouble = null;
  let busy = false;

  const outside = (text) => element("bdi", {}, text);
  const draftOf = (alert) => {
    if (!drafts.has(alert.id)) drafts.set(alert.id, { reason: "", note: "" });
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
        lookout.takeCases({ put: [], gone: [] }, { put: [await answer.json()], gone: [] }, false);
        lookout.say(verb === "close" ? "Alert closed" : "Alert acknowledged");
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

  /** Put the cursor on the reasons for closing. */
  lookout.beginClosing = () => byId("close-reason")?.focus();

  const history = (alert) => {
    const lines = [];
    const by = (who) => (who ? [" by ", outside(who)] : []);
    if (WORDS[alert.state]) lines.push(element("p", {}, WORDS[alert.state]));
    if (Number.isFinite(alert.acknowledged) || alert.acknowledgedBy) {
      lines.push(element("p", {}, `Acknowledged ${format.utc(alert.acknowledged)}`, ...by(alert.acknowledgedBy)));
    }
    if (alert.state === "closed") {
      lines.push(element("p", {}, `Closed ${format.utc(alert.closed)}`, ...by(alert.closedBy)));
      const words = lookout.page.close_reasons.find(([code]) => code === alert.reason)?.[1] ?? alert.reason;
      lines.push(element("p", {}, outside(words)));
      if (alert.note) lines.push(element("p", { class: "note" }, outside(alert.note)));
    }
    return lines;
  };

  const closing = (alert) => {
    const draft = draftOf(alert);
    const reason = element(
      "select",
      { id: "close-reason", required: true, onchange: () => (draft.reason = reason.value) },
      element("option", { value: "" }, "Reason for closing…"),
      ...lookout.page.close_reasons.map(([code, words]) => element("option", { value: code }, words)),
    );
    reason.value = draft.reason;
    const note = element("input", { id: "close-note", type: "text", maxlength: 1000, autocomplete: "off", placeholder: "Note (optional)", "aria-label": "Note" });
    note.value = draft.note;
    note.addEventListener("input", () => (draft.note = note.value));
    reason.setAttribute("aria-label", "Reason for closing");
    return element(
      "form",
      {
        id: "close-form",
        onsubmit: (event) => {
          event.preventDefault();
          if (draft.reason) send(alert, "close", { ...draft });
        },
      },
      reason,
      note,
      element("button", { type: "submit", class: "plain" }, "Close alert"),
    );
  };

  const section = (alert) => {
    const button = element("button", { type: "button", id: "acknowledge", class: "strong", onclick: lookout.acknowledge }, "Acknowledge", element("kbd", {}, "A"));
    return element(
      "section",
      { id: "decision", class: `decision is-${alert.state}`, "aria-label": "Decision" },
      ...history(alert),
      trouble?.id === alert.id ? element("p", { class: "trouble", role: "alert" }, outside(trouble.text)) : null,
      alert.state === "new" ? button : null,
      alert.state === "closed" ? null : closing(alert),
      alert.howToReport.length
        ? element(
            "details",
            {},
            element("summary", {}, "How to report"),
            element("ul", { class: "report" }, ...alert.howToReport.map((line) => element("li", {}, outside(line)))),
          )
        : null,
    );
  };

  const show = () => {
    const { flag, track } = lookout.state;
    panel.querySelector(".actions")?.remove();
    if (track !== null && lookout.tracks.provisional[track]) {
      panel.append(element("p", { class: "quiet" }, "Provisional: shown as it was decoded, before fusion has ordered and joined it."));
    }
    if (flag === null) return;
    const summary = panel.querySelector(".summary");
    if (lookout.flags[flag].planted) summary.before(element("p", { class: "planted" }, "PLANTED: a simulated behaviour, no real one"));
    const alert = chosen();
    summary.after(alert ? section(alert) : element("p", { class: "quiet flagged" }, "A flag; no alert has been made of it."));
  };

  // The details are drawn anew when something changes; whoever is typing there goes on typing.
  lookout.on("selected", () => {
    show();
    const was = lookout.focusedDetail;
    if (was) (byId(was) ?? panel).focus({ preventScroll: true });
  });
  lookout.on("timed", show);
}
