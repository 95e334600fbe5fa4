import { fetchBundle } from "./bundle.js";
import { ClassifierClient } from "./classifier/client.js";
import { debounce, latestOnly } from "./latest.js";
import { canStore, isStored, keepOffline } from "./offline.js";
import { showAbout, showThreads } from "./ui/about.js";
import { announceAnswer } from "./ui/announce.js";
import { byId } from "./ui/dom.js";
import { onExample } from "./ui/examples.js";
import { clearTruncation, offerUpdate, showTruncation } from "./ui/notices.js";
import { showOfflineState } from "./ui/offline-badge.js";
import { clearResults, showResults } from "./ui/results.js";
import { onRetry, showError, showLoading, showProgress, showReady } from "./ui/status.js";

const DEBOUNCE = 120;
const SITE_ROOT = new URL("../", import.meta.url);

const textBox = byId("text", HTMLTextAreaElement);
const client = new ClassifierClient();
let ready = false;

const classify = latestOnly(async (/** @type {string} */ text) => {
  if (!ready) return;
  try {
    const prediction = await client.classify(text);
    // The box may hold another text by now, and an answer stands only beside its own.
    if (textBox.value !== text) return;
    showResults(prediction);
    showTruncation(prediction);
  } catch (error) {
    fail(error);
  }
});
const classifySoon = debounce(readText, DEBOUNCE);

function isEmpty() {
  return textBox.value.trim() === "";
}

function readText() {
  if (isEmpty()) clear();
  else if (ready) classify(textBox.value);
}

function clear() {
  clearResults();
  clearTruncation();
}

/** @param {unknown} error */
function fail(error) {
  ready = false;
  clear();
  showError(error);
}

async function start() {
  showLoading();
  try {
    const bundle = await fetchBundle(SITE_ROOT);
    showAbout(bundle);
    showThreads(await client.load(bundle, { baseUrl: SITE_ROOT, onProgress: showProgress }));
    ready = true;
    showReady();
    readText();
  } catch (error) {
    fail(error);
  }
  // Not earlier, because it would compete with the model for bandwidth. After a failure there is nothing to store,
  // but where a stored version runs the page, a repaired one may be waiting.
  if (ready || isStored() || !canStore()) storeOnce();
}

let stored = false;
function storeOnce() {
  if (stored) return;
  stored = true;
  void keepOffline({ onState: showOfflineState, onUpdate: offerUpdate });
}

textBox.addEventListener("input", () => {
  if (isEmpty()) clear();
  announceAnswer("");
  classifySoon(undefined);
});
onExample((text) => {
  announceAnswer("");
  textBox.value = text;
  textBox.focus();
  readText();
});
onRetry(start);
document.body.dataset["started"] = "true"; // boot.js is silent from here on
void start();
