// A story's photos over the whole screen: arrow keys and swiping walk them, Escape closes. Swiping is
// the browser's own scrolling, which stops at each photo.

function viewer(section) {
  const dialog = section.querySelector("dialog");
  const strip = dialog.querySelector(".viewer-strip");
  const words = dialog.querySelector(".viewer-words");
  const links = [...section.querySelectorAll("[data-photo]")];
  const [back, next] = dialog.querySelectorAll("[data-step]");
  let at = 0;
  let width = 0;

  function hang() {
    if (strip.children.length) return;
    for (const link of links) {
      const shown = link.querySelector("img:last-of-type");
      const image = new Image(shown.width, shown.height);
      // Its description stands below the strip, and is said there.
      image.alt = "";
      image.loading = "lazy";
      image.src = link.href;
      const frame = document.createElement("div");
      frame.append(image);
      strip.append(frame);
    }
  }

  function say() {
    const { alt } = links[at].querySelector("img:last-of-type");
    const said = links.length > 1 ? `${at + 1} / ${links.length} · ${alt}` : alt;
    // Said once, however often it is come to while the strip moves.
    if (words.textContent !== said) words.textContent = said;
    back.disabled = at === 0;
    next.disabled = at === links.length - 1;
  }

  function walk(to, behavior = "auto") {
    at = Math.max(0, Math.min(links.length - 1, to));
    strip.children[at].scrollIntoView({ behavior, block: "nearest", inline: "center" });
    say();
  }

  section.addEventListener("click", (event) => {
    const link = event.target.closest("[data-photo]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    hang();
    dialog.showModal();
    walk(links.indexOf(link));
  });

  dialog.addEventListener("click", (event) => {
    const { step, close } = event.target.dataset;
    if (step) walk(at + Number(step), "smooth");
    // Beside the photo is outside of it.
    else if (close !== undefined || !event.target.closest("img, button, p")) dialog.close();
  });

  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowRight") walk(at + 1, "smooth");
    else if (event.key === "ArrowLeft") walk(at - 1, "smooth");
    else if (event.key === "Home") walk(0);
    else if (event.key === "End") walk(links.length - 1);
    else return;
    event.preventDefault();
  });

  strip.addEventListener("scrollend", () => {
    if (strip.clientWidth !== width) return;
    at = Math.round(Math.abs(strip.scrollLeft) / strip.clientWidth);
    say();
  });

  // A phone that is turned shows the same photo, wherever the new width has scrolled it to.
  new ResizeObserver(() => {
    width = strip.clientWidth;
    if (dialog.open) walk(at);
  }).observe(strip);

  for (const button of [back, next]) button.hidden = links.length < 2;
}

for (const section of document.querySelectorAll("[data-photos]")) viewer(section);
