// Sharing a story: copies its link, and opens the system's own sheet where there is one. Without
// this module the link stands in its field, to be copied by hand.

async function copy(button) {
  const field = document.getElementById(button.dataset.copy);
  const status = button.closest(".field").querySelector("[data-copy-status]");
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    // Not allowed, or no secure connection: the field is selected, ready to be copied.
    field.select();
    if (!document.execCommand("copy")) return;
  }
  status.textContent = button.dataset.copied;
}

async function send({ title, link }) {
  try {
    await navigator.share({ title, url: link });
  } catch (error) {
    if (error.name !== "AbortError") throw error;
  }
}

for (const panel of document.querySelectorAll("[data-share]")) {
  const button = panel.querySelector("[data-copy]");
  button.hidden = false;
  button.addEventListener("click", () => copy(button));
  panel.querySelector("input").addEventListener("focus", (event) => event.target.select());
  if (navigator.share) {
    const sheet = panel.querySelector("[data-sheet]");
    sheet.hidden = false;
    sheet.querySelector("button").addEventListener("click", (event) => send(event.target.dataset));
  }
}
