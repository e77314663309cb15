// Runs in each page before its own scripts: notes what a person would see, and when, and writes as a person would.
(() => {
  const told = { words: [], lines: [], notes: [], away: [], gone: [], empty: [], blocked: [], failed: {} };
  const times = { seen: {}, queued: {}, settled: {} };
  let shown = new Set();
  let pending = new Set();
  let timer;

  const byId = (id) => document.getElementById(id);
  const bodies = (id) => [...byId(id).querySelectorAll(".row .row-body")].map((body) => body.textContent);
  const change = (list, value) => {
    if (list.at(-1)?.[1] !== value) list.push([Date.now(), value]);
  };

  function lookAtWords() {
    change(told.words, byId("transport-word").textContent.trim());
    change(told.lines, byId("status").classList.contains("is-shown") ? byId("status-text").textContent : "");
    change(told.notes, byId("composer-note").textContent);
  }

  function lookAtRows() {
    const now = new Set(bodies("rows"));
    for (const body of now) times.seen[body] ??= Date.now();
    for (const body of shown) if (!now.has(body)) told.gone.push([Date.now(), body]);
    if (shown.size && !now.size) told.empty.push(Date.now());
    shown = now;
  }

  function lookAtPending() {
    const now = new Set(bodies("pending"));
    for (const body of now) times.queued[body] ??= Date.now();
    for (const body of pending) if (!now.has(body)) times.settled[body] = Date.now();
    for (const row of byId("pending").querySelectorAll(".is-failed"))
      told.failed[row.querySelector(".row-body").textContent] = row.querySelector(".pending-word").textContent;
    pending = now;
  }

  /** The newest message is at scroll position 0. */
  const lookAtPlace = () => change(told.away, Math.abs(byId("log").scrollTop) > 8);

  function write(body) {
    byId("write").value = body;
    byId("write").dispatchEvent(new InputEvent("input", { bubbles: true }));
    if (byId("send").disabled) told.blocked.push([Date.now(), byId("composer-note").textContent]);
    else byId("composer").requestSubmit();
  }

  function begin() {
    const all = { childList: true, subtree: true, characterData: true, attributes: true };
    const looks = { transport: lookAtWords, status: lookAtWords, "composer-note": lookAtWords };
    for (const [id, look] of Object.entries({ ...looks, rows: lookAtRows, pending: lookAtPending })) {
      new MutationObserver(look).observe(byId(id), all);
      look();
    }
    byId("log").addEventListener("scroll", lookAtPlace);
    lookAtPlace();
  }

  window.watched = {
    /** Writes `name 1`, `name 2`, … */
    write(name, firstMs, everyMs, count = 1) {
      timer = setTimeout(() => {
        write(`${name} ${count}`);
        watched.write(name, everyMs, everyMs, count + 1);
      }, firstMs);
    },
    stop: () => clearTimeout(timer),
    report: () => ({ now: Date.now(), ...told, ...times, pending: [...pending], shown: [...shown] }),
  };
  document.addEventListener("DOMContentLoaded", begin);
})();
