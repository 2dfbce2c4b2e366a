// Copies what stands in a field. Without this module it stands there, to be copied by hand.

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

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", () => copy(button));
  document
    .getElementById(button.dataset.copy)
    .addEventListener("focus", (event) => event.target.select());
}
