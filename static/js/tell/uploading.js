// One file on its way: how much of it has arrived, and what came of it. Fetch can't tell the first.

const PATIENCE = 60_000;
const BLURRED = 24;
const MOST_TIMES = 5;

export function upload(address, data, progress) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    let waiting;
    const wait = () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => request.abort(), PATIENCE);
    };
    request.open("POST", address);
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => {
      wait();
      if (event.lengthComputable) progress((100 * event.loaded) / event.total);
    });
    request.addEventListener("loadend", () => {
      clearTimeout(waiting);
      const answer = request.response;
      // Somebody who was signed out is led to another page, which is no answer.
      const away = [401, 403].includes(request.status) || (request.status === 200 && !answer);
      resolve({ answer, away, status: request.status });
    });
    wait();
    request.send(data);
  });
}

// A small picture of a file; nothing where the browser can't read it, as most can't read HEIC.
export async function preview(file) {
  try {
    const picture = await createImageBitmap(file, { resizeWidth: 480, resizeQuality: "medium" });
    const canvas = document.createElement("canvas");
    canvas.width = picture.width;
    canvas.height = picture.height;
    canvas.getContext("2d").drawImage(picture, 0, 0);
    picture.close();
    return canvas;
  } catch {
    return null;
  }
}

// A picture that is kept, for browsers that could not read its file. A few blurred points stand for
// it until it is made; it is asked for again, less and less often.
export function stored(src) {
  const picture = new Image();
  let again = 0;
  picture.addEventListener("load", () => {
    if (picture.naturalWidth > BLURRED || (again += 1) > MOST_TIMES) return;
    setTimeout(() => {
      picture.src = `${src}?again=${again}`;
    }, 1000 * 2 ** (again - 1));
  });
  return Object.assign(picture, { src, alt: "" });
}
