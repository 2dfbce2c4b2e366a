// Sharing a story: opens the system's own sheet where there is one, and copies its link (copy.js).

import "./copy.js";

async function send({ title, link }) {
  try {
    await navigator.share({ title, url: link });
  } catch (error) {
    if (error.name !== "AbortError") throw error;
  }
}

if (navigator.share) {
  for (const sheet of document.querySelectorAll("[data-share] [data-sheet]")) {
    sheet.hidden = false;
    sheet.querySelector("button").addEventListener("click", (event) => send(event.target.dataset));
  }
}
