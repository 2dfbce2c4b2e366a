// Which words show it: tap a sentence and it takes the hue of the trait whose turn it is.

export function evidence(form, traits) {
  const section = form.querySelector("[data-evidence]");
  const plain = section.querySelector("[data-plain]");
  const list = section.querySelector("[data-sentences]");
  const pens = section.querySelector("[data-pens]");
  const hint = section.querySelector("[data-evidence-hint]");
  const body = form.elements.namedItem("body");
  const shown = new Map();
  let pen = "";

  for (const select of plain.querySelectorAll("select")) {
    if (select.value) shown.set(select.name.replace("evidence-", ""), select.value);
  }
  plain.remove();
  hint.textContent = hint.dataset.tap;
  list.hidden = false;

  const showing = (words) => traits.chosen().filter(({ slug }) => shown.get(slug) === words);

  function mark(item) {
    const button = item.querySelector("button");
    const words = item.dataset.words;
    const [first, ...others] = showing(words);
    button.setAttribute("aria-pressed", String(Boolean(first)));
    button.querySelector("b")?.remove();
    if (!first) {
      delete item.dataset.hue;
      return;
    }
    item.dataset.hue = first.hue;
    const names = document.createElement("b");
    names.textContent = [first, ...others].map(({ name }) => name).join(", ");
    button.prepend(names);
  }

  // With several traits chosen, whose words are being tapped is a choice of its own.
  function drawPens() {
    const chosen = traits.chosen();
    if (!chosen.some(({ slug }) => slug === pen)) {
      pen = (chosen.find(({ slug }) => !shown.has(slug)) ?? chosen[0])?.slug ?? "";
    }
    pens.hidden = chosen.length < 2;
    pens.replaceChildren(
      ...chosen.map(({ slug, name, hue }) => {
        const label = document.createElement("label");
        const input = document.createElement("input");
        label.dataset.hue = hue;
        const checked = slug === pen;
        Object.assign(input, { type: "radio", name: "pen", value: slug, checked, className: "over" });
        input.setAttribute("form", "");
        input.addEventListener("change", () => {
          pen = slug;
        });
        label.append(input, name);
        return label;
      }),
    );
  }

  function draw() {
    section.hidden = !traits.chosen().length || !list.children.length;
    drawPens();
    for (const item of list.children) mark(item);
  }

  list.addEventListener("click", (event) => {
    const item = event.target.closest("li");
    if (!item || !pen) return;
    if (shown.get(pen) === item.dataset.words) shown.delete(pen);
    else shown.set(pen, item.dataset.words);
    const next = traits.chosen().find(({ slug }) => !shown.has(slug));
    if (shown.has(pen) && next) pen = next.slug;
    draw();
    form.dispatchEvent(new Event("input", { bubbles: true }));
  });

  form.addEventListener("tell:traits", draw);

  form.addEventListener("formdata", ({ formData }) => {
    for (const name of [...formData.keys()]) {
      if (name.startsWith("evidence-")) formData.delete(name);
    }
    for (const { slug } of traits.chosen()) {
      if (shown.has(slug)) formData.append(`evidence-${slug}`, shown.get(slug));
    }
  });

  return {
    sentences(items) {
      list.replaceChildren(...items);
      for (const item of items) item.dataset.words = item.textContent;
      for (const [slug, words] of shown) {
        if (!body.value.includes(words)) shown.delete(slug);
      }
      draw();
    },
    set(entries) {
      shown.clear();
      for (const [slug, words] of entries) shown.set(slug, words);
      draw();
    },
  };
}
