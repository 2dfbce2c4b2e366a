// Nothing typed is lost: a copy in this browser at once, a draft on the server a little later.
//
// The server counts versions. A page that saved an older one is told so, and its words stay in the
// form; the page that saved last (`writer`) may always save again, as its answers may get lost.

import { forget, kept, read, write } from "./local.js";

const PAUSE = 2500;
const LEAST = 12;
const PATIENCE = 4000;
const NOT_KEPT = new Set(["csrfmiddlewaretoken", "whose", "people_q"]);

export function keeping(form) {
  const { account, autosave } = form.dataset;
  const line = document.querySelector("[data-kept]");
  const field = (name) => form.elements.namedItem(name);
  // A browser that loads a page again may bring back what a hidden field had held before.
  field("version").value = form.dataset.version;
  let waiting;
  let saving = null;
  let stopped = !autosave;
  let dirty = false;

  const here = () => (matchMedia("(pointer: coarse)").matches ? "phone" : "desk");
  // Heard once, when it is so for the first time, and not after each pause; to be read at any time.
  const heard = new Set();
  const say = (words) => {
    if (!line || line.textContent === line.dataset[words]) return;
    line.ariaLive = heard.has(words) ? "off" : "polite";
    line.textContent = line.dataset[words];
    heard.add(words);
  };
  const trouble = form.querySelector("[data-trouble]");
  const warn = (message) => {
    trouble.textContent = message;
    trouble.hidden = !message;
  };

  function entries() {
    return [...new FormData(form)].filter(
      ([name, value]) => typeof value === "string" && !NOT_KEPT.has(name),
    );
  }

  function keep(unsure = false) {
    if (!field("body").value.trim()) return false;
    const { story, photos } = form.dataset;
    const version = field("version").value;
    const copy = { entries: entries(), version, story, photos, dirty, unsure };
    return write(account, field("submission").value, copy);
  }

  async function save({ least = LEAST } = {}) {
    if (stopped || saving || field("body").value.trim().length < least) return;
    dirty = false;
    keep(true);
    // A page that closes may still finish this; the size of such requests is limited.
    const keepalive = document.visibilityState === "hidden";
    saving = fetch(autosave, { method: "POST", body: new FormData(form), keepalive })
      .then(async (response) => {
        if (response.redirected || [401, 403].includes(response.status)) {
          stopped = true;
          say("away");
          return;
        }
        const answer = await response.json();
        if (answer.state === "kept") {
          field("version").value = answer.version;
          form.dataset.photos = answer.photos;
          say("draft");
          form.dispatchEvent(new Event("tell:kept"));
        } else {
          dirty = true;
          stopped = answer.state === "sent" || answer.state === "conflict";
          say(here());
          if (stopped) warn(answer.message);
        }
        keep();
      })
      .catch(() => {
        dirty = true;
        say(here());
      })
      .finally(() => {
        saving = null;
        if (dirty && !stopped) soon();
      });
    await saving;
  }

  const soon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => save(), PAUSE);
  };

  function changed() {
    dirty = true;
    if (keep()) say(here());
    soon();
  }

  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && dirty) save();
  });
  window.addEventListener("online", () => {
    if (trouble.textContent === trouble.dataset.offline) warn("");
    if (dirty) save();
  });

  // Without a connection the browser would put a page of its own where the words are. It thinks
  // that there is none on a machine without a network, too, whose own server may well be reached.
  let reached = false;
  form.addEventListener("submit", (event) => {
    if (navigator.onLine || reached) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    fetch(location.pathname, { method: "HEAD", cache: "no-store" }).then(
      () => {
        reached = true;
        form.requestSubmit(event.submitter);
      },
      () => {
        changed();
        warn(trouble.dataset.offline);
        trouble.scrollIntoView({ block: "center" });
      },
    );
  });

  // A draft on its way is waited for, so that what is sent after it comes after it.
  form.addEventListener("submit", (event) => {
    clearTimeout(waiting);
    stopped = true;
    dirty = true;
    keep(true);
    if (!saving) return;
    event.preventDefault();
    const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE));
    Promise.race([saving, patience]).then(() => {
      saving = null;
      form.requestSubmit(event.submitter);
    });
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) stopped = !autosave;
  });

  return {
    entries,
    changed,
    submission: () => field("submission").value,
    version: () => field("version").value,
    copy: () => read(account, field("submission").value),
    others: () => kept(account),
    forget: () => forget(account, field("submission").value),
    // Whether the server has all of it by now; a page with nothing new has nothing to ask.
    async settle() {
      clearTimeout(waiting);
      await saving;
      if (dirty || !Number(field("version").value)) await save({ least: 1 });
      return !dirty;
    },
  };
}

// Which stories are open in another tab of this browser right now.
export async function openElsewhere() {
  if (!navigator.locks) return new Set();
  const { held } = await navigator.locks.query();
  return new Set(held.map(({ name }) => name));
}

export function hold(submission) {
  navigator.locks?.request(`tell:${submission}`, () => new Promise(() => {}));
}
