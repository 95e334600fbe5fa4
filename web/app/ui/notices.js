import { formatCount } from "../format.js";
import { announce } from "./announce.js";
import { byId } from "./dom.js";

const truncation = byId("truncation");
const update = byId("update");
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
  update.hidden = false;
  announce("A new version is ready.");
  updateButton.onclick = () => {
    updateButton.disabled = true;
    activate();
  };
}
