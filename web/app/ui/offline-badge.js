import { byId } from "./dom.js";

/** @typedef {"unknown" | import("../offline.js").OfflineState} State */

const badge = byId("offline");

/** @type {Record<State, string>} */
const ONLINE = {
  unknown: "",
  preparing: "Storing for offline use…",
  ready: "Works offline",
  unavailable: "Not available offline",
};

/** @type {Record<State, string>} */
const OFFLINE = {
  unknown: "Offline",
  preparing: "Offline",
  ready: "Offline – still working",
  // The model may be in memory, and then this page goes on; the next visit will not.
  unavailable: "Offline – not stored for the next visit",
};

/** @type {State} */
let state = "unknown";

function render() {
  badge.textContent = (navigator.onLine ? ONLINE : OFFLINE)[state];
  badge.dataset["offline"] = state;
}

/** @param {State} next */
export function showOfflineState(next) {
  state = next;
  render();
}

window.addEventListener("online", render);
window.addEventListener("offline", render);
render();
