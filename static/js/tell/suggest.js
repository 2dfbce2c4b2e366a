// While somebody writes: the poster, the traits and the sentences that their words suggest.
// Line and title are filled in as long as their own fields are left alone.

const PAUSE = 600;
const PATIENCE = 1500;

export function suggest(form, { traits, evidence, people, hints }) {
  const body = form.elements.namedItem("body");
  const poster = form.querySelector("[data-poster]");
  const fields = ["line", "title"].map((name) => form.elements.namedItem(name));
  const own = new Set(
    fields.filter(({ value, dataset }) => "own" in dataset || (value && !("suggested" in dataset))),
  );
  let waiting = 0;
  let asked;
  let asking = null;
  let late = false;

  // Sent as it stands, but with the fields empty that hold no more than a suggestion.
  function question() {
    const data = new FormData(form);
    for (const field of fields) if (!own.has(field)) data.set(field.name, "");
    return data;
  }

  function put(answer, typed) {
    const before = fields.map(({ value }) => value).join();
    const part = (name) => answer.querySelector(`[data-part="${name}"]`);
    const made = part("poster");
    for (const field of fields) {
      if (own.has(field)) continue;
      field.value = made.dataset[field.name];
    }
    // What was filled in while somebody wrote is part of what they wrote, and is kept with it.
    if (typed && before !== fields.map(({ value }) => value).join()) {
      form.dispatchEvent(new Event("input", { bubbles: true }));
    }
    const wasThere = poster.contains(document.activeElement);
    poster.replaceChildren(...made.children);
    if (wasThere) poster.querySelector("a")?.focus({ preventScroll: true });
    traits.wear();
    traits.suggest(part("traits").dataset.slugs.split(" ").filter(Boolean));
    evidence.sentences([...part("sentences").children]);
    hints.put(part("hints"));
    people.named(
      [...part("named").children].map((item) => ({
        id: item.dataset.id,
        name: item.dataset.name,
        where: item.textContent,
      })),
    );
  }

  async function answer(signal, typed) {
    try {
      const response = await fetch(form.dataset.suggest, {
        method: "POST",
        body: question(),
        signal,
      });
      if (!response.ok || response.redirected) return;
      put(new DOMParser().parseFromString(await response.text(), "text/html"), typed);
    } catch {
      // Without a connection there are no suggestions, and nothing else is missing.
    }
  }

  function ask({ typed = false } = {}) {
    clearTimeout(waiting);
    waiting = 0;
    asked?.abort();
    asked = new AbortController();
    const mine = answer(asked.signal, typed).finally(() => {
      if (asking === mine) asking = null;
    });
    asking = mine;
    return mine;
  }

  const soon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => ask({ typed: true }), PAUSE);
  };

  // What the poster shows is what is sent: one that is still behind the last words is waited for.
  form.addEventListener("submit", (event) => {
    if (late || !(waiting || asking)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    late = true;
    const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE));
    Promise.race([waiting ? ask({ typed: true }) : asking, patience]).then(() => {
      asked?.abort();
      form.requestSubmit(event.submitter);
      late = false;
    });
  });

  // One that was emptied stays so when the page comes back.
  form.addEventListener("formdata", ({ formData }) => {
    for (const { name } of own) formData.append("own", name);
  });
  body.addEventListener("input", soon);
  for (const field of fields) {
    field.addEventListener("input", () => {
      own.add(field);
      soon();
    });
  }
  return {
    ask,
    // What a copy holds as the teller's own is so again, emptied or not; the rest follows the words.
    claim(names) {
      for (const field of fields) if (names.includes(field.name)) own.add(field);
    },
  };
}
