// Words that may tell who somebody is: shown beside the text, and found in it with one tap.

export function hints(form) {
  const place = form.querySelector("[data-hints]");

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
    // Said again only when there is something else to say.
    put(answer) {
      if (place.innerHTML.trim() !== answer.innerHTML.trim()) {
        place.replaceChildren(...answer.childNodes);
      }
    },
  };
}
