"use strict";
// Sound for new alerts: off until somebody wants it, and always visible which. Two short tones, once an
// alert; a browser lets a page sound only after a press, so the choice is not remembered.
{
  const { byId, format } = lookout;
  const button = byId("sound");
  let audio = null;
  let on = false;
  let began = false;

  const tone = (frequency, after_s) => {
    const [oscillator, gain] = [audio.createOscillator(), audio.createGain()];
    const at = audio.currentTime + after_s;
    oscillator.frequency.value = frequency;
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(0.25, at + 0.02);
    gain.gain.linearRampToValueAtTime(0, at + 0.22);
    oscillator.connect(gain).connect(audio.destination);
    oscillator.start(at);
    oscillator.stop(at + 0.25);
  };

  const ring = () => {
    if (!on) return;
    tone(660, 0);
    tone(880, 0.26);
  };

  lookout.bell = {
    get on() {
      return on;
    },
    toggle() {
      on = !on;
      if (on) audio ??= new AudioContext();
      if (on) audio.resume();
      button.setAttribute("aria-pressed", String(on));
      button.querySelector("span").textContent = on ? "Sound on" : "Sound off";
      ring();
    },
  };

  lookout.keys.m = lookout.bell.toggle;
  button.addEventListener("click", lookout.bell.toggle);
  // What was there when the page opened is no news.
  lookout.on("moved", () => (began = true));
  lookout.on("alerted", (alert) => {
    if (!began) return;
    const flag = lookout.flags[alert.flag];
    const news = { new: "New alert", grown: "A closed alert has grown" }[lookout.stateOf({ alert })] ?? "An alert of unknown state";
    lookout.say(`${news}: ${flag.planted ? "planted, " : ""}${format.words(flag.kind)}, ${flag.who}`);
    ring();
  });
}
