// Passkeys: makes one, or shows one, and sends what the browser says of it with the form.
// data-passkey="create" and "get" find what the server asks in the element named by data-options;
// "login" fetches it, for nobody is known yet. A form that is hidden shows itself where passkeys work.

const here =
  window.PublicKeyCredential && window.isSecureContext && !/^[\d.]+$|^\[/.test(location.hostname);

function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function text(buffer) {
  if (!buffer) return null;
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

const known = (list = []) => list.map((one) => ({ ...one, id: bytes(one.id) }));

function read(credential, response) {
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  });
}

async function create({ publicKey }, alone) {
  const selection = { ...publicKey.authenticatorSelection };
  selection.residentKey = alone ? "required" : "discouraged";
  selection.requireResidentKey = alone;
  if (alone) selection.userVerification = "required";
  const credential = await navigator.credentials.create({
    publicKey: {
      ...publicKey,
      authenticatorSelection: selection,
      challenge: bytes(publicKey.challenge),
      user: { ...publicKey.user, id: bytes(publicKey.user.id) },
      excludeCredentials: known(publicKey.excludeCredentials),
    },
  });
  const { response } = credential;
  return read(credential, {
    clientDataJSON: text(response.clientDataJSON),
    attestationObject: text(response.attestationObject),
    transports: response.getTransports?.() ?? [],
  });
}

async function get({ publicKey }) {
  const credential = await navigator.credentials.get({
    publicKey: {
      ...publicKey,
      challenge: bytes(publicKey.challenge),
      allowCredentials: known(publicKey.allowCredentials),
    },
  });
  const { response } = credential;
  return read(credential, {
    clientDataJSON: text(response.clientDataJSON),
    authenticatorData: text(response.authenticatorData),
    signature: text(response.signature),
    userHandle: text(response.userHandle),
  });
}

async function asked(form) {
  const { options } = form.dataset;
  if (options) return JSON.parse(document.getElementById(options).textContent);
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(answer.statusText);
  return (await answer.json()).request_options;
}

async function send(form) {
  const status = form.querySelector("[data-passkey-status]");
  try {
    const options = await asked(form);
    const made = form.dataset.passkey === "create";
    const alone = form.elements.passwordless?.checked ?? false;
    form.elements.credential.value = await (made
      ? create(options.creation_options ?? options, alone)
      : get(options.request_options ?? options));
    form.submit();
  } catch {
    status.textContent = status.dataset.failed;
  }
}

for (const form of document.querySelectorAll("[data-passkey]")) {
  if (here) form.hidden = false;
  else form.querySelector("[data-passkey-status]").textContent ||=
    form.querySelector("[data-passkey-status]").dataset.cannot ?? "";
  form.querySelector("button").disabled = !here;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form);
  });
}
