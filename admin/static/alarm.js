// The sound of 值班: browsers let a page sound only after a press on it, so it says by itself whether it can.
(() => {
  "use strict";
  const form = document.getElementById("duty");
  if (!form || !window.AudioContext) { return; }
  const word = form.querySelector("[data-sound]");
  const button = form.querySelector("button");
  const KEPT = "linli-duty";
  const EVERY = 3000;
  let audio = null;
  const on = () => audio !== null && audio.state === "running";

  function show() {
    word.textContent = on() ? "声音已开" : "声音未开";
    button.textContent = on() ? "关闭声音" : "开始值班";
    document.documentElement.toggleAttribute("data-duty", on());
  }

  function open() {
    audio = audio || new AudioContext();
    audio.onstatechange = show;
    audio.resume().then(sound, () => undefined);
    show();
  }

  function tone(pitch, at) {
    const voice = audio.createOscillator();
    const loud = audio.createGain();
    voice.type = "square";
    voice.frequency.value = pitch;
    loud.gain.value = 0.2;
    voice.connect(loud).connect(audio.destination);
    voice.start(audio.currentTime + at);
    voice.stop(audio.currentTime + at + 0.3);
  }

  function sound() {
    if (on() && document.querySelector("#alarms[data-unanswered]")) {
      tone(880, 0);
      tone(660, 0.35);
    }
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (on()) {
      sessionStorage.removeItem(KEPT);
      audio.suspend().then(show);
      return;
    }
    sessionStorage.setItem(KEPT, "1");
    open();
    const body = new URLSearchParams(new FormData(form));
    fetch(form.action, { method: "POST", body, headers: { "X-Live": "1" }, credentials: "same-origin" }).catch(() => undefined);
  });
  // On the next page of the same visit most browsers go on sounding; where one does not, the word stays 声音未开.
  if (sessionStorage.getItem(KEPT)) { open(); }
  document.addEventListener("renewed", sound);
  setInterval(sound, EVERY);
})();
