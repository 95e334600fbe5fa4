import { announce } from "./announce.js";
import { byId } from "./dom.js";

const update = byId("update");
const updateText = byId("update-text");
const updateButton = byId("update-now", HTMLButtonElement);

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
