// Photos: chosen, dropped or pasted, seen at once, and each sent by itself to the draft. Whatever
// becomes of one, the words and the other photos are not touched by it.

import { order } from "./order.js";
import { preview, stored, upload } from "./uploading.js";

export function photos(form, keeping) {
  const part = form.querySelector("[data-photos-part]");
  const words = part.dataset;
  const list = part.querySelector("[data-photo-list]");
  const mould = part.querySelector("template").content.firstElementChild;
  const said = part.querySelector("[data-photo-said]");
  const trouble = part.querySelector("[data-photo-trouble]");
  const body = form.elements.namedItem("body");
  const most = Number(words.most);
  // What is not kept yet: its file, and whether it waits, goes, failed or was refused for good.
  const open = new Map();
  let going = null;
  let warned = false;
  let made = 0;

  const items = () => [...list.children];
  const isOff = (item) => item.querySelector("[data-off]").checked;
  const staying = () =>
    items().filter((item) => !isOff(item) && open.get(item)?.state !== "refused");
  const inState = (...states) => items().filter((item) => states.includes(open.get(item)?.state));

  function warn(...sentences) {
    trouble.hidden = !sentences.length;
    trouble.textContent = sentences.join(" ");
  }

  function count() {
    const number = staying().length;
    const phrase = number === 1 ? words.one : words.some.replace("#", number);
    part.querySelector("[data-value]").textContent = number ? phrase : words.none;
  }

  const arranged = order(list, (item) => {
    const place = items().indexOf(item) + 1;
    said.textContent = words.moved.replace("#", place).replace("%", items().length);
    keeping.changed();
  });

  function adopt(item) {
    // The order of the list says it all.
    item.querySelector(".tell-place")?.remove();
    item.querySelector("[data-off]").addEventListener("change", () => {
      item.classList.toggle("off", isOff(item));
      warn();
      count();
    });
    arranged.take(item);
  }

  function state(item, name, sentence = words[name]) {
    const failed = name === "failed";
    const refused = name === "refused";
    const file = open.get(item);
    if (file) file.state = name;
    const line = item.querySelector("[data-state]");
    line.textContent = sentence;
    line.hidden = false;
    line.classList.toggle("wrong", failed || refused);
    // What is no photo needs neither words nor a place.
    item.classList.toggle("refused", refused);
    // That all is well is said, and then needs no place of its own.
    line.classList.toggle("vh", name === "kept");
    item.querySelector("[data-again]").hidden = !failed;
    item.querySelector("[data-progress]").hidden = name !== "goes";
  }

  function drop(item) {
    open.delete(item);
    item.remove();
    arranged.say();
    count();
  }

  async function put(file) {
    const item = mould.cloneNode(true);
    const alt = item.querySelector("[data-alt]");
    const name = `id_alt-new-${(made += 1)}`;
    const hint = item.querySelector(".hint");
    item.querySelector("label").htmlFor = alt.id = name;
    hint.id = `${name}_hint`;
    alt.setAttribute("aria-describedby", hint.id);
    open.set(item, { file, state: "waits" });
    list.append(item);
    adopt(item);
    item.querySelector("[data-drop]").addEventListener("click", () => {
      drop(item);
      part.querySelector('input[type="file"]').focus();
    });
    item.querySelector("[data-again]").addEventListener("click", () => {
      state(item, "waits");
      alt.focus();
      pump();
    });
    state(item, "waits", body.value.trim() ? words.goes : words.waits);
    const picture = item.querySelector("[data-picture]");
    const small = await preview(file);
    if (small) picture.replaceChildren(small);
    else if (!picture.children.length) picture.textContent = file.name;
  }

  function add(files) {
    const sentences = [];
    warned = false;
    part.open = true;
    for (const file of files) {
      if (staying().length >= most) {
        sentences.push(words.full);
        break;
      }
      if (file.size > Number(words.megabytes) * 1024 * 1024) {
        sentences.push(`“${file.name}”: ${words.large}`);
      } else put(file);
    }
    warn(...sentences);
    arranged.say();
    count();
    pump();
  }

  function kept(item, { key, src, versions }) {
    const twin = items().find((one) => one.dataset.photo === key);
    if (twin) {
      drop(item);
      warn(words.there);
      return;
    }
    const alt = item.querySelector("[data-alt]");
    const hidden = document.createElement("input");
    const off = item.querySelector("[data-off]");
    const picture = item.querySelector("[data-picture]");
    Object.assign(hidden, { type: "hidden", name: "photo", value: key });
    Object.assign(off, { name: "remove", value: key });
    off.closest("label").hidden = false;
    item.querySelector("[data-drop]").remove();
    item.querySelector("legend").after(hidden);
    item.dataset.photo = key;
    alt.name = `alt-${key}`;
    if (!picture.querySelector("canvas")) {
      picture.replaceChildren(stored(src));
    }
    state(item, "kept", words.stored);
    open.delete(item);
    const version = form.elements.namedItem("version");
    if (version.value === String(versions[0])) version.value = versions[1];
    keeping.changed();
  }

  async function send(item) {
    state(item, "goes");
    if (!form.dataset.photos) await keeping.settle();
    const address = form.dataset.photos;
    if (!address) return state(item, "failed", words.again);
    const { file } = open.get(item);
    const data = new FormData();
    data.append("csrfmiddlewaretoken", form.elements.namedItem("csrfmiddlewaretoken").value);
    // Where the story is full, those that are to come off make room.
    const leaving = items().filter((one) => one.dataset.photo && isOff(one));
    const full = items().filter((one) => one.dataset.photo).length >= most;
    for (const one of full ? leaving : []) data.append("remove", one.dataset.photo);
    data.append("photos", file, file.name);
    const bar = item.querySelector("[data-progress]");
    const { answer, away, status } = await upload(address, data, (value) => {
      bar.value = value;
    });
    if (!item.isConnected) return;
    if (answer?.state === "kept") {
      if (full) leaving.forEach(drop);
      kept(item, answer);
    } else {
      const gone = status === 404 ? words.gone : words.again;
      const why = answer?.message ?? (away ? words.away : gone);
      state(item, answer?.for_good ? "refused" : "failed", why);
      count();
    }
  }

  // One after the other: on a phone they would only slow each other down.
  function pump() {
    if (!body.value.trim() && !form.dataset.photos) return null;
    going ??= (async () => {
      for (let item; ([item] = inState("waits")) && item; ) await send(item);
    })().finally(() => {
      going = null;
      arranged.say();
    });
    return going;
  }

  function receive(event, transfer) {
    const files = [...transfer.files];
    if (!files.length) return;
    event.preventDefault();
    add(files);
  }

  part.classList.add("lively");
  for (const item of items()) adopt(item);
  arranged.say();
  for (const input of part.querySelectorAll('input[type="file"]')) {
    input.addEventListener("change", () => {
      add([...input.files]);
      // What goes by itself is not to go with the form as well.
      input.value = "";
    });
  }
  form.addEventListener("tell:kept", pump);
  document.addEventListener("paste", (event) => {
    if (!event.clipboardData.types.includes("text/plain")) receive(event, event.clipboardData);
  });
  // A file that misses its place must not take the page away.
  for (const kind of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, (event) => {
      if (arranged.dragging() || !event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      part.classList.toggle("over", kind === "dragover");
      if (kind === "dragover") part.open = true;
      if (kind === "drop") receive(event, event.dataTransfer);
    });
  }
  window.addEventListener("beforeunload", (event) => {
    if (inState("waits", "goes").length) event.preventDefault();
  });

  // Before the form goes its photos do; one that failed is said once, and then left behind.
  form.addEventListener(
    "submit",
    async (event) => {
      const waits = inState("waits", "goes").length;
      if (!waits && (warned || !inState("failed", "refused").length)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (waits && !body.value.trim()) {
        warn(words.wordless);
        body.focus();
        return;
      }
      await pump();
      if (inState("failed", "refused").length) {
        warned = true;
        part.open = true;
        warn(inState("failed").length ? words.unsent : words.refused);
        trouble.scrollIntoView({ block: "center" });
      } else form.requestSubmit(event.submitter);
    },
    true,
  );

  return {
    // A copy of this browser knows the order and the words; the photos are with the draft.
    async restore(copy) {
      const values = (name) => copy.entries.filter(([one]) => one === name).map(([, v]) => v);
      if (copy.photos && !form.dataset.photos) {
        form.dataset.photos = copy.photos;
        try {
          const response = await fetch(copy.photos);
          if (!response.ok || response.redirected) return;
          const answer = new DOMParser().parseFromString(await response.text(), "text/html");
          const there = [...answer.querySelectorAll("[data-photo]")];
          list.prepend(...there);
          there.forEach(adopt);
          part.open ||= there.length > 0;
        } catch {
          return;
        }
      }
      for (const item of items()) {
        const key = item.dataset.photo;
        const [alt] = values(`alt-${key}`);
        if (alt !== undefined) item.querySelector("[data-alt]").value = alt;
        item.querySelector("[data-off]").checked = values("remove").includes(key);
        item.classList.toggle("off", isOff(item));
      }
      arranged.set(values("photo"));
      count();
    },
  };
}
