// Who comes back to a wall stands where they left it, also where the browser did not keep the page:
// the stories that had come in by scrolling come in again, down to the one that was at the top.
// The entry of the browser's history knows which one that was, and it goes with the tab.

const { reading } = history.state ?? {};
const [arrival] = performance.getEntriesByType("navigation");

// What moves a page is its reader's will: from then on nothing else moves it.
const OWN = ["wheel", "touchmove", "keydown", "pointerdown"];
// How long nothing moves, in milliseconds, where somebody reads.
const REST = 300;

let resting;
let back = arrival?.type === "back_forward" && reading;

const shown = () => [...document.querySelectorAll("[data-story]")];

const leave = () => {
  const stories = shown();
  const story = stories.find((one) => one.getBoundingClientRect().bottom > 0);
  const at = story && {
    story: story.dataset.story,
    top: story.getBoundingClientRect().top,
    of: stories.length,
  };
  history.replaceState({ ...history.state, reading: at }, "");
};

const stay = () => {
  back = null;
  history.scrollRestoration = "auto";
  for (const name of OWN) removeEventListener(name, stay);
};

const goOn = () => {
  if (!back) return;
  const stories = shown();
  const story = stories.find((one) => one.dataset.story === back.story);
  if (story) scrollBy({ top: story.getBoundingClientRect().top - back.top, behavior: "instant" });
  // A story that is gone is not looked for further than the reader had come.
  const more = !story && stories.length < back.of;
  const pager = more && document.querySelector(".pager[hx-get]");
  if (pager) pager.dispatchEvent(new Event("near"));
  else stay();
};

if (back) {
  history.scrollRestoration = "manual";
  for (const name of OWN) addEventListener(name, stay, { passive: true });
  document.addEventListener("htmx:load", goOn);
}
document.addEventListener("click", (event) => event.target.closest?.("a[href]") && leave());
document.addEventListener("submit", leave);
// The browser's own buttons say nothing before they lead away, so the place is noted wherever the
// page comes to rest; not at each step, which some browsers refuse.
addEventListener(
  "scroll",
  () => {
    clearTimeout(resting);
    resting = setTimeout(() => back || leave(), REST);
  },
  { passive: true },
);
