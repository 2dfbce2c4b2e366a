// Where a reader's salute, retelling or note could not be sent, the page says so below it. What was
// written is still there, and sending it again is one tap.

const words = document.querySelector("[data-unsent]");

document.addEventListener("htmx:sendError", ({ detail: { elt } }) => {
  if (!elt.matches("form")) return;
  (elt.closest("#acts") ?? elt).after(words);
  words.hidden = false;
  words.scrollIntoView({ block: "nearest" });
});

document.addEventListener("htmx:beforeRequest", ({ detail: { elt } }) => {
  if (elt.matches("form")) words.hidden = true;
});
