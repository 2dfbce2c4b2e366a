// Colleagues by type-ahead: a combobox over the directory; each one chosen is a ticked box.

import { combobox } from "../combobox.js";

export function people(form) {
  const field = form.querySelector("[data-people-field]");
  const chosen = field.querySelector("[data-people]");
  const input = field.querySelector('input[name="people_q"]');
  const others = form.elements.namedItem("people_text");
  const status = field.querySelector("[data-people-status]");
  const list = document.createElement("ul");

  list.id = "people-list";
  list.setAttribute("aria-label", field.querySelector("label").textContent);
  input.closest(".find").after(list);

  const ids = () => [...chosen.querySelectorAll("input")].map((box) => box.value);
  const ticked = () => [...chosen.querySelectorAll("input:checked")].map((box) => box.value);

  function box({ id, name, where }, checked) {
    const label = document.createElement("label");
    const tick = document.createElement("input");
    const words = document.createElement("span");
    Object.assign(tick, { type: "checkbox", name: "people", value: id, checked });
    words.dir = "auto";
    words.append(name);
    if (where) {
      const more = document.createElement("span");
      more.className = "quiet";
      more.textContent = where;
      words.append(" ", more);
    }
    label.append(tick, " ", words);
    return label;
  }

  function changed() {
    form.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // Where the name went can be seen; the field it was typed into is empty again.
  function say(what, name) {
    status.textContent = status.dataset[what].replace("#", () => name);
    status.classList.add("vh");
  }

  // That there is nobody is seen as well, and said once, however much more is typed.
  function nobody(isNone) {
    if (isNone === (status.textContent === status.dataset.none)) return;
    status.textContent = isNone ? status.dataset.none : "";
    status.classList.toggle("vh", !isNone);
  }

  const typed = () => (input.value.trim().length < 2 ? "" : input.value.trim());

  function choose(person) {
    const there = chosen.querySelector(`input[value="${Number(person.id)}"]`);
    if (there) there.checked = true;
    else chosen.append(box(person, true));
    input.value = "";
    say("chosen", person.name);
    changed();
  }

  function option(person, place) {
    const item = document.createElement("li");
    const name = document.createElement("span");
    const where = document.createElement("span");
    item.id = `people-${place}`;
    item.person = person;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    name.textContent = person.name;
    where.textContent = person.where;
    where.className = "quiet";
    item.append(name, " ", where);
    return item;
  }

  async function offer(words) {
    const response = await fetch(`${form.dataset.people}?q=${encodeURIComponent(words)}`);
    const known = response.ok && !response.redirected;
    const found = known ? (await response.json()).people : [];
    if (words === typed()) nobody(known && !found.length);
    return found.filter(({ id }) => !ticked().includes(String(id))).map(option);
  }

  // The first is meant, or a name that the directory does not have: it is kept as it was written.
  function enter(options) {
    const words = input.value.trim();
    if (options.length) options[0].click();
    else if (words) {
      others.value = [others.value.trim(), words].filter(Boolean).join(", ");
      input.value = "";
      say("written", words);
      changed();
    }
    return true;
  }

  input.addEventListener("input", (event) => {
    event.stopPropagation();
    if (!typed()) nobody(false);
  });
  combobox(input, {
    list,
    offer,
    enter,
    words: typed,
    choose: (item) => choose(item.person),
  });

  return {
    // Colleagues whose first name stands in the story are offered, never chosen for anybody.
    named(found) {
      for (const label of chosen.querySelectorAll("label[data-named]")) {
        if (!label.querySelector("input").checked) label.remove();
      }
      for (const person of found) {
        if (ids().includes(String(person.id))) continue;
        const label = box(person, false);
        label.dataset.named = "";
        chosen.append(label);
      }
      form.dispatchEvent(new CustomEvent("tell:filled", { bubbles: true }));
    },
    // Names come from the directory anew: somebody may have asked not to be named meanwhile.
    async set(wanted) {
      chosen.replaceChildren();
      if (!wanted.length) return;
      try {
        const response = await fetch(`${form.dataset.people}?ids=${wanted.join(",")}`);
        const found = (await response.json()).people;
        chosen.append(...found.map((person) => box(person, true)));
        form.dispatchEvent(new CustomEvent("tell:filled", { bubbles: true }));
      } catch {
        // They can be chosen again; the words are what must not be lost.
      }
    },
  };
}
