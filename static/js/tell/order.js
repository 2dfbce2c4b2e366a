// The order of photos: by buttons, or by dragging the picture.

export function order(list, moved) {
  const items = () => [...list.children];
  let dragged = null;
  let from = -1;

  // Numbers, and only the buttons that lead somewhere.
  function say() {
    const all = items();
    all.forEach((item, place) => {
      item.querySelector("[data-number]").textContent = place + 1;
      item.querySelector("[data-earlier]").hidden = place === 0;
      item.querySelector("[data-later]").hidden = place === all.length - 1;
      item.querySelector("[data-picture]").draggable = all.length > 1;
    });
  }

  function move(item, step) {
    const other = step < 0 ? item.previousElementSibling : item.nextElementSibling;
    if (step < 0) other.before(item);
    else other.after(item);
    say();
    const [first, second] = step < 0 ? ["earlier", "later"] : ["later", "earlier"];
    const button = item.querySelector(`[data-${first}]`);
    (button.hidden ? item.querySelector(`[data-${second}]`) : button).focus();
    moved(item);
  }

  list.addEventListener("dragstart", (event) => {
    if (!event.target.closest?.("[data-picture]")) return;
    dragged = event.target.closest("li");
    from = items().indexOf(dragged);
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", "");
    dragged.classList.add("dragged");
  });
  list.addEventListener("dragover", (event) => {
    const over = event.target.closest("li");
    if (!dragged || !over) return;
    event.preventDefault();
    if (over === dragged) return;
    const { top, height } = over.getBoundingClientRect();
    if (event.clientY < top + height / 2) over.before(dragged);
    else over.after(dragged);
  });
  list.addEventListener("drop", (event) => dragged && event.preventDefault());
  list.addEventListener("dragend", () => {
    const item = dragged;
    dragged?.classList.remove("dragged");
    dragged = null;
    say();
    if (item && items().indexOf(item) !== from) moved(item);
  });

  return {
    say,
    dragging: () => dragged !== null,
    take(item) {
      item.querySelector("[data-earlier]").addEventListener("click", () => move(item, -1));
      item.querySelector("[data-later]").addEventListener("click", () => move(item, 1));
      for (const image of item.querySelectorAll("img")) image.draggable = false;
    },
    set(keys) {
      for (const key of [...keys].reverse()) {
        const item = items().find((one) => one.dataset.photo === key);
        if (item) list.prepend(item);
      }
      say();
    },
  };
}
