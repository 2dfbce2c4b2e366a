// A tap on a photo says what posters keep of it when they crop it; the numbers can be typed as well.

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
}
