/** What the person has written, kept over a reload: in this tab, until it has been put back. */
const KEY = `pocket-classifier draft ${new URL("../", import.meta.url).pathname}`;

/** @param {string} text */
export function keepDraft(text) {
  try {
    sessionStorage.setItem(KEY, text);
  } catch {
    // A browser that stores nothing loses the text, as it would without this.
  }
}

/** @returns {string} what was kept, once; empty when nothing was */
export function takeDraft() {
  try {
    const text = sessionStorage.getItem(KEY) ?? "";
    sessionStorage.removeItem(KEY);
    return text;
  } catch {
    return "";
  }
}
