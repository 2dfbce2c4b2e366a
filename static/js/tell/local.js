// The copy of a story that stays in this browser: there before the network is, and only for the
// account that wrote it. Where storage is full or switched off, writing simply goes on without.

const PREFIX = "retold:tell:";
const DAYS = 30;

const key = (account, submission) => `${PREFIX}${account}:${submission}`;

export function read(account, submission) {
  try {
    return JSON.parse(localStorage.getItem(key(account, submission)));
  } catch {
    return null;
  }
}

export function write(account, submission, copy) {
  try {
    localStorage.setItem(key(account, submission), JSON.stringify({ ...copy, at: Date.now() }));
    return true;
  } catch {
    return false;
  }
}

export function forget(account, submission) {
  try {
    localStorage.removeItem(key(account, submission));
  } catch {
    // Nothing was kept, so nothing is to be forgotten.
  }
}

// The submissions this account has copies of, the latest first; what is a month old goes.
export function kept(account) {
  const mine = key(account, "");
  const found = [];
  try {
    for (const name of Object.keys(localStorage)) {
      if (!name.startsWith(mine)) continue;
      const submission = name.slice(mine.length);
      const copy = read(account, submission);
      if (!copy || Date.now() - copy.at > DAYS * 864e5) forget(account, submission);
      else found.push({ submission, copy });
    }
  } catch {
    return [];
  }
  return found.sort((one, other) => other.copy.at - one.copy.at);
}
