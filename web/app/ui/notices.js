import { formatCount } from "../format.js";
import { announce } from "./announce.js";
import { byId } from "./dom.js";

const truncation = byId("truncation");
const update = byId("update");
const updateText = byId("update-text");
const updateButton = byId("update-now", HTMLButtonElement);

/** @param {{ tokens: number, totalTokens: number, truncated: boolean }} prediction */
export function showTruncation({ tokens, totalTokens, truncated }) {
  truncation.textContent = truncated
    ? `Only the first ${formatCount(tokens)} of ${formatCount(totalTokens)} tokens were read.`
    : "";
  truncation.hidden = !truncated;
}

export function clearTruncation() {
  truncation.hidden = true;
  truncation.textContent = "";
}

/** @param {() => void} activate */
export function offerUpdate(activate) {
  offer("A new version is ready.", "Use it now", activate);
}

/** @param {() => void} reload */
export function offerReload(reload) {
  offer("A new version is in use. This page goes on with the old one until it is reloaded.", "Reload", reload);
}

/**
 * @param {string} text
 * @param {string} name
 * @param {() => void} action
 */
function offer(text, name, action) {
  updateText.textContent = text;
  updateButton.textContent = name;
  updateButton.disabled = false;
  updateButton.onclick = () => {
    updateButton.disabled = true;
    action();
  };
  update.hidden = false;
  announce(text);
}
