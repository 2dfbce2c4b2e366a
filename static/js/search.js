// The search box offers traits, teams, people and the words of the search while one types. What is
// chosen takes the place of what was begun; the caret stays behind it.

import { combobox } from "./combobox.js";

const input = document.querySelector("[data-offers]");

function typed() {
  return input.value.slice(0, input.selectionStart);
}

async function offer(words) {
  const response = await fetch(`${input.dataset.offers}?q=${encodeURIComponent(words)}`);
  if (!response.ok || response.redirected) return [];
  const found = document.createElement("template");
  found.innerHTML = await response.text();
  return [...found.content.children];
}

if (input) {
  const list = document.createElement("ul");
  list.id = "search-offers";
  list.setAttribute("aria-label", input.dataset.offered);
  input.after(list);

  const box = combobox(input, {
    list,
    words: typed,
    offer,
    choose({ dataset: { text } }) {
      const rest = input.value.slice(input.selectionStart);
      input.value = text + (text.endsWith(" ") ? rest.trimStart() : rest);
      input.setSelectionRange(text.length, text.length);
      // The name of an operator alone: what may follow it is offered next.
      if (!text.endsWith(" ")) setTimeout(box.find);
    },
  });

  // What can’t be listed beside the stories is begun here: person:
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-begins]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const before = input.value.trim();
    input.value = `${before && `${before} `}${link.dataset.begins}`;
    input.focus();
    box.find();
  });
}
