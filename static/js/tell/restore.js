// A closed tab or a lost connection: what was written comes back, with a way to begin anew.

import { hold, openElsewhere } from "./keeping.js";

const remindedBy = ({ entries }) => entries.find(([name]) => name === "inspired_by")?.[1] ?? "";
const TAKEN_OVER = ["submission", "version"];

export async function restore(form, { keeping, traits, evidence, people, photos, suggest, folds }) {
  const box = form.querySelector("[data-restored]");
  const aside = form.querySelector("[data-aside]");
  const body = form.elements.namedItem("body");

  function fill(copy) {
    const names = new Set(copy.entries.map(([name]) => name));
    const values = (name) => copy.entries.filter(([one]) => one === name).map(([, value]) => value);
    for (const field of form.elements) {
      if (!field.name || field.type === "hidden" || /^(traits|people|pen)$/.test(field.name)) continue;
      if (field.type === "checkbox" || field.type === "radio") {
        if (field.type === "checkbox" || names.has(field.name)) {
          field.checked = values(field.name).includes(field.value);
        }
      } else if (names.has(field.name)) field.value = values(field.name)[0];
    }
    // Where an answer of the server may have got lost, the copy's own page goes on.
    for (const name of [...TAKEN_OVER, ...(copy.unsure ? ["writer"] : [])]) {
      if (names.has(name)) form.elements.namedItem(name).value = values(name)[0];
    }
    traits.set(values("traits"));
    evidence.set(
      copy.entries
        .filter(([name]) => name.startsWith("evidence-"))
        .map(([name, words]) => [name.replace("evidence-", ""), words]),
    );
    people.set(values("people"));
    photos.restore(copy);
    suggest.claim(values("own"));
    folds.say();
  }

  function show(box, copy) {
    const when = box.querySelector("[data-when]");
    const then = new Date(copy.at);
    const today = then.toDateString() === new Date().toDateString();
    when.textContent = then.toLocaleString(document.documentElement.lang, {
      weekday: today ? undefined : "long",
      hour: "2-digit",
      minute: "2-digit",
    });
    box.hidden = false;
  }

  function bring(copy) {
    fill(copy);
    show(box, copy);
    box.querySelector("[data-anew]").addEventListener("click", async () => {
      if (!(await keeping.settle())) return;
      keeping.forget();
      location.assign(location.pathname + location.search);
    });
  }

  // What another page stored since may hold these words or not, so the teller says which to go on
  // with. They come with the version they began from: sent, they stand beside what is stored.
  function offer(copy) {
    show(aside, copy);
    aside.querySelector("[data-take]").addEventListener("click", () => {
      aside.hidden = true;
      fill(copy);
      keeping.changed();
      body.focus();
    });
  }

  form.querySelector("[data-go-on]")?.addEventListener("click", () => keeping.forget());
  // A page that came back from the server with the teller's own words has nothing to restore.
  if ("fresh" in form.dataset) {
    hold(keeping.submission());
    keeping.changed();
    return;
  }
  const reminder = new URLSearchParams(location.search).get("inspired_by") ?? "";
  const open = await openElsewhere();
  const free = ({ submission }) => !open.has(`tell:${submission}`);
  const mine = keeping.copy();
  if (form.dataset.story) {
    const unsaved = (mine?.dirty || mine?.unsure) && free({ submission: keeping.submission() });
    const words = unsaved && mine.entries.find(([name]) => name === "body")?.[1];
    if (unsaved && mine.version === keeping.version()) bring(mine);
    else if (words && words !== body.value) offer(mine);
  } else if (!body.value.trim() && (reminder || !location.search)) {
    // Only what was begun on a page like this one; a story opened from the list stays there.
    const begun = keeping.others().filter((one) => !one.copy.story && free(one));
    const last = begun.find(({ copy }) => !reminder || remindedBy(copy) === reminder);
    if (last && remindedBy(last.copy) !== reminder) {
      // What reminded the teller of it has its place on the page that was opened from there.
      location.replace(`?inspired_by=${encodeURIComponent(remindedBy(last.copy))}`);
      return;
    }
    if (last) bring(last.copy);
  }
  hold(keeping.submission());
}
