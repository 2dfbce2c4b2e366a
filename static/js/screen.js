// A display on a wall: shows one story after the other, for days. New stories join without a reload.
// When the network or the server is away it goes on with the stories it has and asks again, less and
// less often; when the screen was switched off it shows nothing any more. Space or the button pauses,
// the arrow keys walk. Nothing is kept but the stories of one answer, so memory stays as it is.

const { slides: address, seconds } = document.body.dataset;
const deck = document.querySelector(".slides");
const strip = document.querySelector(".screen-strip");
const clock = document.querySelector(".screen-clock");
const pause = document.querySelector(".screen-pause");
const off = document.querySelector(".screen-off");

const TURN = Number(seconds) * 1000;
const ASK_EVERY = 60_000;
const ASK_AT_LEAST = 10 * 60_000;
const ANSWER_WITHIN = 20_000;
const RELOAD_AFTER = 24 * 60 * 60_000;
const NEXT_SHOWN = 9;
const started = Date.now();

let etag = "";
let waiting = null; // an answer that takes the deck's place at the next turn
let failures = 0;
let askedNow = false;
let askAgain = false;
let turning;
let asking;

const all = () => [...deck.children];
const shown = () => all().findIndex((slide) => !slide.hidden);
const idOf = (slide) => slide?.querySelector("[data-story]")?.dataset.story;

function drawStrip() {
  const slides = all();
  const at = shown();
  const next = slides.length > 1 ? [...slides.slice(at + 1), ...slides.slice(0, at)] : [];
  strip.replaceChildren(
    ...next.slice(0, NEXT_SHOWN).map((slide) => {
      const piece = document.createElement("li");
      piece.dataset.hue = slide.querySelector(".poster").dataset.hue;
      return piece;
    }),
  );
}

function show(at) {
  const slides = all();
  if (!slides.length) return;
  const index = (at + slides.length) % slides.length;
  const changes = slides[index].hidden;
  slides.forEach((slide, number) => {
    slide.hidden = number !== index;
    slide.classList.toggle("comes", changes && number === index);
  });
  drawStrip();
}

// The new deck hangs at a turn, never under a reader's eyes, and goes on after the story just shown.
// A story that was not there before comes first.
function hang() {
  const before = all().map(idOf);
  const here = shown();
  deck.replaceChildren(...waiting);
  waiting = null;
  const ids = all().map(idOf);
  const fresh = ids.findIndex((id) => !before.includes(id));
  const following = [...before.slice(here + 1), ...before.slice(0, here)].find((id) => ids.includes(id));
  show(fresh >= 0 ? fresh : Math.max(0, ids.indexOf(following)));
}

function turn() {
  if (waiting) hang();
  else show(shown() + 1);
}

function keepTurning() {
  clearInterval(turning);
  if (pause.getAttribute("aria-pressed") === "false") turning = setInterval(turn, TURN);
}

function togglePause() {
  const paused = pause.getAttribute("aria-pressed") === "false";
  pause.setAttribute("aria-pressed", String(paused));
  keepTurning();
}

function switchOff() {
  clearInterval(turning);
  deck.replaceChildren();
  strip.replaceChildren();
  waiting = null;
  off.hidden = false;
}

function switchOn() {
  off.hidden = true;
  keepTurning();
}

async function ask() {
  askedNow = true;
  try {
    const answer = await fetch(address, {
      headers: etag ? { "If-None-Match": etag } : {},
      cache: "no-store",
      signal: AbortSignal.timeout(ANSWER_WITHIN),
    });
    if (answer.status === 404) {
      etag = "";
      switchOff();
    } else if (answer.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const slides = [...page.body.children];
      // Something between us and the server may answer in its place.
      if (!slides[0]?.matches(".slide")) throw new Error("That is not ours.");
      waiting = slides.map((slide) => document.adoptNode(slide));
      for (const slide of waiting) slide.hidden = true;
      etag = answer.headers.get("ETag") ?? "";
      // A story that may no longer be shown goes at once, not at the next turn.
      const here = idOf(all()[shown()]);
      if (!off.hidden || !waiting.some((slide) => idOf(slide) === here && same(slide))) hang();
      if (!off.hidden) switchOn();
    } else if (answer.status !== 304) {
      throw new Error(answer.statusText);
    }
    failures = 0;
    if (Date.now() - started > RELOAD_AFTER) location.reload();
  } catch {
    failures += 1;
  }
  askedNow = false;
  asking = setTimeout(ask, askAgain ? 0 : Math.min(ASK_EVERY * 1.5 ** failures, ASK_AT_LEAST));
  askAgain = false;
}

// Its photo and the words for it count as well.
const same = (slide) => slide.innerHTML === all()[shown()].innerHTML;

function tellTime() {
  const now = new Date();
  clock.textContent = new Intl.DateTimeFormat(document.documentElement.lang, {
    hour: "2-digit",
    minute: "2-digit",
  }).format(now);
  clock.dateTime = now.toISOString().slice(0, 16);
  setTimeout(tellTime, 60_000 - (now % 60_000));
}

async function stayAwake() {
  try {
    await navigator.wakeLock?.request("screen");
  } catch {
    // Not allowed now; asked again when the page is seen again.
  }
}

let resting;
function wake() {
  document.body.classList.add("awake");
  clearTimeout(resting);
  resting = setTimeout(() => document.body.classList.remove("awake"), 3000);
}

document.addEventListener("keydown", (event) => {
  if (event.key === "ArrowRight") show(shown() + 1);
  else if (event.key === "ArrowLeft") show(shown() - 1);
  else if (event.key === " ") togglePause();
  else return;
  event.preventDefault();
  keepTurning();
});
pause.addEventListener("click", togglePause);
document.addEventListener("pointermove", wake);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) stayAwake();
});
window.addEventListener("online", () => {
  failures = 0;
  // One round of asking is enough, however often the network comes and goes.
  askAgain = askedNow;
  if (askedNow) return;
  clearTimeout(asking);
  ask();
});

// Letters that only a later story has may be wanted while the server is away.
for (const face of document.fonts) face.load().catch(() => {});

pause.hidden = false;
if (clock) {
  clock.hidden = false;
  tellTime();
}
drawStrip();
keepTurning();
stayAwake();
asking = setTimeout(ask, Math.min(ASK_EVERY, TURN));
