// A form that came back: whoever has the page read to them stands on what is wrong first, a field
// that says why or words about the whole form. The tell page has a list of its own for that.

const wrong = document.querySelector(
  "main form:not([data-tell]) :is([aria-invalid=true], .errorlist.nonfield)",
);
if (wrong) {
  if (wrong.matches("ul")) wrong.tabIndex = -1;
  wrong.focus();
}
