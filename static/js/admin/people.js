// Completes the names of employees in fields marked data-complete="people". Without it the
// directory's label can be typed in full, or a name as told.

const WAIT = 200;
let lists = 0;

function complete(field) {
  const source = field.closest("[data-complete-from]")?.dataset.completeFrom;
  if (!source) return;
  const list = document.createElement("datalist");
  list.id = `people-${(lists += 1)}`;
  field.after(list);
  field.setAttribute("list", list.id);
  let timer, asked;

  async function ask() {
    const words = field.value.trim();
    if (words.length < 2 || words === asked || /\)$/.test(words)) return;
    asked = words;
    const answer = await fetch(`${source}?q=${encodeURIComponent(words)}`).catch(() => null);
    if (!answer?.ok || field.value.trim() !== words) return;
    const { people } = await answer.json();
    list.replaceChildren(...people.map(({ label, about }) => new Option(about, label)));
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
}

for (const field of document.querySelectorAll('[data-complete="people"]')) complete(field);
