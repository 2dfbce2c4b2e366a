// More stories come in below the reader, before they get there, so that nothing moves before their
// eyes. Whoever stood on the link to them with the keyboard stands on the first of them afterwards,
// instead of losing their place. If something else came back than was asked for, such as the page to
// sign in, the link is followed like any other.

const EARLIER = "150%";

let onPager = false;

const coming = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      coming.unobserve(target);
      target.dispatchEvent(new Event("near"));
    }
  },
  { rootMargin: `${EARLIER} 0px` },
);

document.addEventListener("htmx:load", () => {
  for (const pager of document.querySelectorAll(".pager[hx-get]")) coming.observe(pager);
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, xhr } = event.detail;
  if (!target.matches(".pager")) return;
  if (new URL(xhr.responseURL).pathname !== new URL(target.href).pathname) {
    event.detail.shouldSwap = false;
    location.assign(target.href);
    return;
  }
  onPager = target === document.activeElement;
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (!onPager) return;
  onPager = false;
  event.detail.elt.querySelector("[data-story] a")?.focus({ preventScroll: true });
});

// On a phone the row of views is wider than the screen: the one that is shown is in sight.
const shown = document.querySelector(".views [aria-current]");
if (shown) {
  const row = shown.parentElement;
  row.scrollLeft = shown.offsetLeft - row.firstElementChild.offsetLeft;
}
