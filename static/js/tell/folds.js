// Folded rows say what they hold, and open where somebody is led to a field inside.

export function folds(form) {
  const value = (name) => {
    const field = form.elements.namedItem(name);
    if (!field) return "";
    if (field instanceof RadioNodeList) {
      const radio = [...field].find((one) => one.checked);
      return radio ? radio.closest("label").textContent.trim() : "";
    }
    if (field.type === "checkbox") {
      return field.checked ? field.closest("label").textContent.trim() : "";
    }
    if (field.tagName === "SELECT") return field.selectedOptions[0]?.text.trim() ?? "";
    return field.value.trim();
  };

  function day() {
    const date = form.elements.namedItem("happened_on").valueAsDate;
    if (!date) return "";
    const words = { day: "numeric", month: "long", timeZone: "UTC" };
    if (date.getUTCFullYear() !== new Date().getFullYear()) words.year = "numeric";
    return date.toLocaleDateString(document.documentElement.lang, words);
  }

  function people() {
    const boxes = [...form.querySelectorAll('input[name="people"]')];
    const name = (box) => box.nextElementSibling.firstChild.textContent.trim();
    const chosen = boxes.filter((box) => box.checked).map(name);
    const said = [...chosen, value("people_text"), value("team")].filter(Boolean);
    return said.length ? said : boxes.slice(0, 2).map((box) => `${name(box).split(" ")[0]}?`);
  }

  const rows = {
    people,
    when: () => [day(), value("place")],
    setting: () => [
      value("organisation") || value("setting"),
      form.elements.namedItem("served").value === "customer" ? "" : value("served"),
    ],
    took: () => [
      form.elements.namedItem("initiative").value === "unknown" ? "" : value("initiative"),
      value("took_time"),
      value("took_money"),
      value("took_permission"),
      value("went_wrong"),
    ],
    seen: () => [
      form.querySelector("[data-fold=seen]").dataset.everyone,
      value("anonymous"),
    ],
    line: () => [value("line") || value("title")],
  };

  function say() {
    for (const fold of form.querySelectorAll("[data-fold]")) {
      const row = rows[fold.dataset.fold];
      const place = fold.querySelector("[data-value]");
      if (row && place) place.textContent = row().filter(Boolean).join(", ");
    }
  }

  function open(id) {
    const field = id && document.getElementById(id);
    if (!field || !form.contains(field)) return false;
    for (let fold = field.closest("details"); fold; fold = fold.parentElement.closest("details")) {
      fold.open = true;
    }
    (field.matches("input, select, textarea") ? field : field.querySelector("input"))?.focus();
    field.scrollIntoView({ block: "center" });
    return true;
  }

  form.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#id_"]');
    if (link && open(link.hash.slice(1))) event.preventDefault();
  });
  for (const kind of ["input", "change", "tell:filled"]) form.addEventListener(kind, say);
  form.querySelector("[data-errors]")?.focus();
  say();
  return { say };
}
