// Traits as tiles: the first one tapped leads and gives the poster its inks.

const OPEN = 6;

export function traits(form) {
  const open = form.querySelector("[data-tiles]");
  const more = form.querySelector("[data-more-tiles]");
  const hint = form.querySelector("[data-traits-hint]");
  const boxes = [...form.querySelectorAll('input[name="traits"]')];
  const vocabulary = boxes.map((box) => box.value);
  let order = boxes.filter((box) => box.checked).map((box) => box.value);

  const box = (slug) => boxes.find((one) => one.value === slug);
  const chosen = () =>
    order.map(box).map((one) => ({
      slug: one.value,
      name: one.dataset.name,
      hue: one.closest("label").dataset.hue,
    }));

  // The poster wears the inks of the leading trait at once, without asking anybody.
  function wear() {
    const poster = form.querySelector("[data-poster]");
    const names = form.querySelector("[data-poster-traits]");
    poster.dataset.hue = chosen()[0]?.hue ?? "plain";
    names.replaceChildren(
      ...chosen().flatMap(({ name }) => {
        const span = document.createElement("span");
        span.textContent = name;
        return [span, " "];
      }),
    );
  }

  function changed() {
    wear();
    form.dispatchEvent(new CustomEvent("tell:traits", { bubbles: true }));
  }

  form.addEventListener("change", (event) => {
    if (event.target.name !== "traits") return;
    order = order.filter((slug) => slug !== event.target.value);
    if (event.target.checked) order.push(event.target.value);
    changed();
  });

  form.addEventListener("formdata", ({ formData }) => {
    formData.delete("traits");
    formData.delete("leading");
    for (const slug of order) formData.append("traits", slug);
  });

  return {
    chosen,
    wear,
    set(slugs) {
      order = slugs.filter((slug) => vocabulary.includes(slug));
      for (const one of boxes) one.checked = order.includes(one.value);
      changed();
    },
    // What is suggested moves to the front, unless somebody is about to tap there.
    suggest(slugs) {
      if (slugs.length) hint.textContent = hint.dataset.suggested;
      if (open.matches(":focus-within, :hover") || more.matches(":focus-within")) return;
      const wanted = [...new Set([...order, ...slugs, ...vocabulary])].filter(box);
      const count = Math.max(OPEN, order.length);
      wanted.forEach((slug, place) => {
        (place < count ? open : more).append(box(slug).closest("label"));
      });
    },
  };
}
