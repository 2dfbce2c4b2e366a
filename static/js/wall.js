// More stories come in under the reader. Whoever stood on the link to them with the keyboard stands
// on the first of them afterwards, instead of losing their place. If something else came back than
// was asked for, such as the page to sign in, the link is followed like any other.

let onPager = false;

document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, xhr } = event.detail;
  if (!target.matches(".pager")) return;
  if (new URL(xhr.responseURL).pathname !== location.pathname) {
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
