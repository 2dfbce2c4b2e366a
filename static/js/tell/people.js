// Colleagues by type-ahead: a combobox over the directory; each one chosen is a ticked box.

const PAUSE = 200;

export function people(form) {
  const field = form.querySelector("[data-people-field]");
  const chosen = field.querySelector("[data-people]");
  const input = field.querySelector('input[name="people_q"]');
  const others = form.elements.namedItem("people_text");
  const list = document.createElement("ul");
  let waiting;
  let at = -1;

  list.className = "suggest";
  list.id = "people-list";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.querySelector("label").textContent);
  list.hidden = true;
  input.closest(".find").after(list);
  for (const [name, value] of [
    ["role", "combobox"],
    ["aria-autocomplete", "list"],
    ["aria-controls", list.id],
    ["aria-expanded", "false"],
  ]) {
    input.setAttribute(name, value);
  }

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

  function close() {
    list.hidden = true;
    list.replaceChildren();
    at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function changed() {
    form.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function choose(person) {
    const there = chosen.querySelector(`input[value="${Number(person.id)}"]`);
    if (there) there.checked = true;
    else chosen.append(box(person, true));
    input.value = "";
    close();
    changed();
  }

  function option(person, place) {
    const item = document.createElement("li");
    const name = document.createElement("span");
    const where = document.createElement("span");
    item.id = `people-${place}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    name.textContent = person.name;
    where.textContent = person.where;
    where.className = "quiet";
    item.append(name, " ", where);
    // Before the field loses the focus and the list closes.
    item.addEventListener("pointerdown", (event) => event.preventDefault());
    item.addEventListener("click", () => choose(person));
    return item;
  }

  async function find() {
    const words = input.value.trim();
    if (words.length < 2) return close();
    try {
      const response = await fetch(`${form.dataset.people}?q=${encodeURIComponent(words)}`);
      if (!response.ok || response.redirected || words !== input.value.trim()) return;
      const found = (await response.json()).people.filter(({ id }) => !ticked().includes(String(id)));
      list.replaceChildren(...found.map(option));
      at = -1;
      list.hidden = !found.length;
      input.setAttribute("aria-expanded", String(!list.hidden));
    } catch {
      close();
    }
  }

  function move(step) {
    const items = [...list.children];
    if (!items.length) return;
    at = (at + step + items.length) % items.length;
    items.forEach((item, place) => item.setAttribute("aria-selected", String(place === at)));
    input.setAttribute("aria-activedescendant", items[at].id);
    items[at].scrollIntoView({ block: "nearest" });
  }

  input.addEventListener("input", (event) => {
    event.stopPropagation();
    clearTimeout(waiting);
    waiting = setTimeout(find, PAUSE);
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") move(1);
    else if (event.key === "ArrowUp") move(-1);
    else if (event.key === "Escape" && !list.hidden) close();
    else if (event.key === "Enter") {
      const items = [...list.children];
      const words = input.value.trim();
      if (items.length) items[Math.max(at, 0)].click();
      else if (words) {
        // Not in the directory: the name is kept as it was written.
        others.value = [others.value.trim(), words].filter(Boolean).join(", ");
        input.value = "";
        changed();
      }
    } else return;
    event.preventDefault();
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
