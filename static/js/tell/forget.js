// A story that was sent, kept or thrown away needs no copy in this browser any more.

import { forget } from "./local.js";

for (const done of document.querySelectorAll("[data-forget]")) {
  forget(done.dataset.account, done.dataset.forget);
}

for (const form of document.querySelectorAll("[data-forget-on-submit]")) {
  form.addEventListener("submit", () => {
    forget(form.dataset.account, form.dataset.forgetOnSubmit);
  });
}
