import { formatByteProgress } from "../format.js";
import { announce } from "./announce.js";
import { byId } from "./dom.js";

const status = byId("status");
const progressBar = byId("progress", HTMLProgressElement);
const errorBox = byId("error");
const errorText = byId("error-text");

/** @param {"loading" | "ready" | "error"} state */
function enter(state) {
  document.body.dataset["state"] = state;
  progressBar.hidden = state !== "loading";
  errorBox.hidden = state !== "error";
}

export function showLoading() {
  status.textContent = "Loading the model…";
  progressBar.removeAttribute("value");
  enter("loading");
}

/** @param {import("../../classifier/plain.js").Progress} progress */
export function showProgress({ loadedBytes, totalBytes, phase }) {
  if (phase === "start") {
    status.textContent = "Starting the model…";
    progressBar.removeAttribute("value");
    return;
  }
  status.textContent = `Loading the model: ${formatByteProgress(loadedBytes, totalBytes)}`;
  progressBar.max = totalBytes;
  progressBar.value = loadedBytes;
}

export function showReady() {
  status.textContent = "Ready";
  announce("The model is ready.");
  enter("ready");
}

/** @param {unknown} error */
export function showError(error) {
  status.textContent = "Not running";
  errorText.textContent = error instanceof Error ? error.message : String(error);
  enter("error");
}

/** @param {() => void} retry */
export function onRetry(retry) {
  byId("retry").addEventListener("click", retry);
}
