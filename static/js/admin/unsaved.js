// Asks before a decision loses what was typed into the edit form, and opens the page where errors are.

const edit = document.querySelector("form[data-unsaved]");

if (edit) {
  const state = () => new URLSearchParams(new FormData(edit)).toString();
  const before = state();
  for (const form of document.querySelectorAll("form")) {
    if (form === edit || form.id === "logout-form") continue;
    form.addEventListener("submit", (event) => {
      if (state() !== before && !window.confirm(edit.dataset.unsaved)) event.preventDefault();
    });
  }
  document.querySelector("#errors")?.focus();
}
