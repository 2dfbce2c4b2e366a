// A tap on a photo says what posters keep of it when they crop it; the numbers can be typed as well.
// While somebody says how much to cut off, the picture shows what would be left.

for (const item of document.querySelectorAll("[data-photo]")) {
  const shown = item.querySelector("[data-focused]");
  const mark = shown.querySelector(".focus-mark");
  const crops = item.querySelectorAll(".cropped img");
  const hint = item.querySelector("[data-tap]");
  const [left, top] = ["focus_x", "focus_y"].map((name) => item.querySelector(`[name="${name}"]`));

  hint.textContent = hint.dataset.tap;
  shown.classList.add("taps");

  function draw() {
    mark.style.left = `${left.value}%`;
    mark.style.top = `${top.value}%`;
    for (const crop of crops) crop.style.objectPosition = `${left.value}% ${top.value}%`;
  }

  shown.addEventListener("click", (event) => {
    const box = shown.getBoundingClientRect();
    left.value = Math.round((100 * (event.clientX - box.left)) / box.width);
    top.value = Math.round((100 * (event.clientY - box.top)) / box.height);
    draw();
  });
  for (const field of [left, top]) field.addEventListener("input", draw);
  draw();

  const sides = ["top", "right", "bottom", "left"].map((side) =>
    item.querySelector(`[data-cut] [name="${side}"]`),
  );
  const picture = shown.querySelector("img");
  function veil() {
    const off = sides.map((field) => `${Math.min(90, Math.max(0, Number(field.value) || 0))}%`);
    picture.style.clipPath = `inset(${off.join(" ")})`;
  }
  for (const field of sides) field.addEventListener("input", veil);
}
