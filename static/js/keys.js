// Keys for people who read a lot: / searches, j and k walk the stories, Escape closes what is open.
// Typing in a field is never disturbed.

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
  "/": () => document.querySelector('[data-key="/"]')?.focus(),
  j: () => walk(1),
  k: () => walk(-1),
};

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") return close();
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
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
