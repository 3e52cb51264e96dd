// Parts of a page that keep themselves up to date: <section id="…" data-live="enquiry" data-src="/admin/…">.
// `data-number` narrows a part to one thing. What is being written in a form is never replaced.
(() => {
  "use strict";
  const parts = () => document.querySelectorAll("[data-live]");
  const SLOW = 15000;
  const under_way = new Map();

  // A recording that somebody listens to is not taken away.
  const playing = (part) => [...part.querySelectorAll("audio")].some((one) => !one.paused && !one.ended);

  async function renew(part) {
    const id = part.id;
    if (under_way.has(id)) { under_way.set(id, true); return; }
    under_way.set(id, false);
    try {
      const answer = await fetch(part.dataset.src, { headers: { "X-Live": "1" }, credentials: "same-origin" });
      if (answer.redirected || answer.status === 401) { location.reload(); return; }
      if (answer.ok) {
        const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(id);
        const now = document.getElementById(id);
        if (fresh && now && fresh.innerHTML !== now.innerHTML && !playing(now)) {
          const bottom = now.dataset.follow !== undefined && innerHeight + scrollY >= document.body.scrollHeight - 400;
          now.replaceWith(fresh);
          document.dispatchEvent(new CustomEvent("renewed", { detail: fresh }));
          if (bottom && fresh.lastElementChild) { fresh.lastElementChild.scrollIntoView({ block: "nearest" }); }
        }
      }
    } catch (_) { /* tried again by the next event or in a quarter of a minute */ }
    const again = under_way.get(id);
    under_way.delete(id);
    if (again) { const now = document.getElementById(id); if (now) { renew(now); } }
  }

  const meant = (part, topic, number) =>
    part.dataset.live.split(" ").includes(topic) && (!part.dataset.number || part.dataset.number === number);

  function told(topic, number) {
    parts().forEach((part) => { if (meant(part, topic, number)) { renew(part); } });
  }

  // One stream for all tabs of a browser, which opens only six connections to a server: whoever holds the lock listens.
  const TABS = "linli-live";
  const tabs = new BroadcastChannel(TABS);
  const heard = (topic, number) => { if (topic) { told(topic, number); } else { parts().forEach(renew); } };
  const pass = (topic, number) => { heard(topic, number); tabs.postMessage([topic, number]); };
  tabs.onmessage = (event) => heard(...event.data);

  function listen() {
    const source = new EventSource("/admin/live");
    ["enquiry", "alarm", "interview"].forEach((topic) => source.addEventListener(topic, (event) => pass(topic, event.data)));
    source.addEventListener("missed", () => pass("", ""));
    // The browser tries again by itself, but not where something between answered in the server's place.
    source.onerror = () => { if (source.readyState === EventSource.CLOSED) { setTimeout(listen, SLOW); } };
    return new Promise(() => {});
  }

  if (parts().length) {
    if (navigator.locks) { navigator.locks.request(TABS, listen); } else { listen(); }
    setInterval(() => parts().forEach(renew), SLOW);
  }

  // A conversation that is open says so to colleagues, and whether something is being written in it.
  const here = document.querySelector("[data-here]");
  if (here) {
    const box = document.querySelector("textarea[data-writes]");
    let wrote = 0;
    const say = () => {
      if (document.visibilityState !== "visible") { return; }
      const body = new URLSearchParams({ token: here.dataset.token, writing: Date.now() - wrote < 12000 ? "1" : "" });
      fetch(here.dataset.here, { method: "POST", body, credentials: "same-origin" }).catch(() => undefined);
    };
    say();
    setInterval(say, 10000);
    if (box) {
      box.addEventListener("input", () => {
        const began = Date.now() - wrote > 12000;
        wrote = Date.now();
        if (began) { say(); }
      });
      document.querySelectorAll("button[data-canned]").forEach((button) => {
        button.addEventListener("click", (event) => {
          event.preventDefault();
          box.value = (box.value ? `${box.value}\n` : "") + button.dataset.canned;
          box.focus();
        });
      });
    }
  }
})();
