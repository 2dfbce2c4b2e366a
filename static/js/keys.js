// Keys for people who read a lot: / searches, j and k walk the stories, Escape closes what is open.
// Typing in a field is never disturbed; whoever speaks to their computer, or hits keys by mistake,
// switches the single ones off beside the search, in this browser.

const SWITCHED = "retold:keys";

const search = document.querySelector('[data-key="/"]');

const typing = (element) =>
  element.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(element.tagName);

const stories = () => [...document.querySelectorAll("[data-story]")];

function walk(step) {
  const all = stories();
  const here = all.findIndex((story) => story.contains(document.activeElement));
  const next = all[here === -1 && step < 0 ? 0 : here + step];
  next?.querySelector("a")?.focus();
}

function close() {
  for (const open of document.querySelectorAll("details[data-close-outside][open]")) {
    const inside = open.contains(document.activeElement);
    open.open = false;
    if (inside) open.querySelector("summary").focus();
  }
}

const keys = {
  "/": () => search?.focus(),
  j: () => walk(1),
  k: () => walk(-1),
};

const choice = document.querySelector("[data-keys]");
let on = true;

function set(wanted) {
  on = wanted;
  if (on) search?.setAttribute("aria-keyshortcuts", "/");
  else search?.removeAttribute("aria-keyshortcuts");
  search?.toggleAttribute("data-keyless", !on);
}

if (choice) {
  const box = choice.querySelector("input");
  choice.hidden = false;
  try {
    box.checked = localStorage.getItem(SWITCHED) !== "off";
  } catch {
    // Where nothing may be kept, it holds for this page.
  }
  set(box.checked);
  box.addEventListener("change", () => {
    set(box.checked);
    try {
      localStorage.setItem(SWITCHED, on ? "on" : "off");
    } catch {
      // As above.
    }
  });
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") return close();
  if (!on || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const action = keys[event.key];
  if (!action) return;
  event.preventDefault();
  action();
});

document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll("details[data-close-outside][open]")) {
    if (!open.contains(event.target)) open.open = false;
  }
});
