// A field that offers what fits while one types: a combobox with a listbox below it, for the eye, the
// keyboard, touch and screen readers alike. Typing goes on undisturbed if nothing can be offered.

const PAUSE = 150;

// `offer(words)` answers with the options (<li role="option">) for what was typed; `choose(option)`
// takes one. `enter(options)` is asked what Enter does while no option is marked: true if it did.
export function combobox(input, { list, words, offer, choose, enter = () => false }) {
  let waiting;
  let at = -1;

  list.classList.add("suggest");
  list.setAttribute("role", "listbox");
  list.hidden = true;
  for (const [name, value] of [
    ["role", "combobox"],
    ["aria-autocomplete", "list"],
    ["aria-controls", list.id],
    ["aria-expanded", "false"],
  ]) {
    input.setAttribute(name, value);
  }

  function show(options) {
    list.replaceChildren(...options);
    list.hidden = !options.length;
    list.scrollTop = 0;
    at = -1;
    input.setAttribute("aria-expanded", String(!list.hidden));
    input.removeAttribute("aria-activedescendant");
  }

  function close() {
    clearTimeout(waiting);
    show([]);
  }

  async function find() {
    const asked = words();
    if (!asked) return close();
    try {
      const options = await offer(asked);
      if (options && asked === words() && document.activeElement === input) show(options);
    } catch {
      close();
    }
  }

  function mark(step) {
    const options = [...list.children];
    if (!options.length) return find();
    at = at < 0 && step < 0 ? options.length - 1 : (at + step + options.length) % options.length;
    options.forEach((option, place) => option.setAttribute("aria-selected", String(place === at)));
    input.setAttribute("aria-activedescendant", options[at].id);
    options[at].scrollIntoView({ block: "nearest" });
  }

  input.addEventListener("input", (event) => {
    clearTimeout(waiting);
    if (!event.isComposing) waiting = setTimeout(find, PAUSE);
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown") mark(1);
    else if (event.key === "ArrowUp") mark(-1);
    else if (event.key === "Escape" && !list.hidden) {
      close();
      event.stopPropagation();
    } else if (event.key === "Enter" && at >= 0) list.children[at].click();
    else if (event.key !== "Enter" || !enter([...list.children])) return;
    event.preventDefault();
  });
  // Before the field loses the focus and the list closes.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest('[role="option"]');
    if (!option) return;
    choose(option);
    close();
  });

  return { find, close };
}
