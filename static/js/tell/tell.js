// The tell page: a plain form that also keeps, suggests and lets sentences be tapped.

import { evidence as makeEvidence } from "./evidence.js";
import { folds as makeFolds } from "./folds.js";
import { hints as makeHints } from "./hints.js";
import { keeping as makeKeeping } from "./keeping.js";
import { people as makePeople } from "./people.js";
import { photos as makePhotos } from "./photos.js";
import { restore } from "./restore.js";
import { suggest as makeSuggest } from "./suggest.js";
import { traits as makeTraits } from "./traits.js";

const form = document.querySelector("[data-tell]");
// What is typed is kept here and as a draft; what a browser remembered of it besides might be older.
form.autocomplete = "off";
const body = form.elements.namedItem("body");
const count = form.querySelector("[data-count]");

// Said only when room gets short, and aloud at every hundred; nothing is ever cut off.
let hundreds;
function countCharacters() {
  const most = Number(body.dataset.most);
  const left = most - body.value.length;
  const now = Math.max(-1, Math.floor(left / 100));
  count.ariaLive = now === hundreds ? "off" : "polite";
  hundreds = now;
  count.hidden = left > 500;
  const words = left < 0 ? count.dataset.over : count.dataset.left;
  count.textContent = words.replace("#", Math.abs(left).toLocaleString());
}

const people = makePeople(form);
const traits = makeTraits(form);
const evidence = makeEvidence(form, traits);
const folds = makeFolds(form);
const suggest = makeSuggest(form, { traits, evidence, people, hints: makeHints(form) });
const keeping = makeKeeping(form);
const photos = makePhotos(form, keeping);

body.addEventListener("input", countCharacters);
form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  if (event.ctrlKey || event.metaKey) form.requestSubmit(form.elements.namedItem("send"));
  // Enter in a field of one line must not send a story that is not finished.
  else if (event.target.matches("input")) event.preventDefault();
});
await restore(form, { keeping, traits, evidence, people, photos, suggest, folds });
countCharacters();
if (body.value.trim()) suggest.ask();
