// Words that may tell who somebody is: shown beside the text, and found in it with one tap.

export function hints(form) {
  const place = form.querySelector("[data-hints]");
  const status = form.querySelector("[data-hints-said]");

  // What is around the words changes while one writes on; it is said again only for other words.
  function say() {
    const words = [...place.querySelectorAll("[data-words]")].map(
      (link) => `${link.textContent}: ${link.dataset.words}`,
    );
    const said = words.length ? `${place.querySelector("h2").textContent} ${words.join(", ")}` : "";
    if (status.textContent !== said) status.textContent = said;
  }

  place.addEventListener("click", (event) => {
    const link = event.target.closest("[data-words]");
    if (!link) return;
    const field = document.getElementById(link.hash.slice(1));
    const { words } = link.dataset;
    const start = field.value.indexOf(words);
    if (start < 0) return;
    // What is folded is opened by folds.js, which knows the link too.
    requestAnimationFrame(() => {
      field.focus();
      field.setSelectionRange(start, start + words.length);
    });
  });

  return {
    put(answer) {
      if (place.innerHTML.trim() === answer.innerHTML.trim()) return;
      place.replaceChildren(...answer.childNodes);
      say();
    },
  };
}
