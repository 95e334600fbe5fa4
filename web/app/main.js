import { loadClassifier } from "../classifier/plain.js";
import { keepDraft, takeDraft } from "./draft.js";
import { debounce, latestOnly } from "./latest.js";
import { canStore, isStored, keepOffline } from "./offline.js";
import { fetchSite } from "./site.js";
import { startWorker } from "./start-worker.js";
import { offerTool } from "./tools.js";
import { showAbout, showThreads } from "./ui/about.js";
import { announceAnswer } from "./ui/announce.js";
import { byId } from "./ui/dom.js";
import { onExample } from "./ui/examples.js";
import { clearTruncation, offerReload, offerUpdate, showTruncation } from "./ui/notices.js";
import { showOfflineState } from "./ui/offline-badge.js";
import { clearResults, ROWS, showResults } from "./ui/results.js";
import { onRetry, showError, showLoading, showProgress, showReady } from "./ui/status.js";
import { hasActive, isOwn, isReloaded, otherVersion, watchVersions } from "./versions.js";

const DEBOUNCE = 120;
const SITE_ROOT = new URL("../", import.meta.url);
const BUNDLE = new URL("model/bundle.json", SITE_ROOT);

const textBox = byId("text", HTMLTextAreaElement);
/** @type {import("../classifier/plain.js").Classifier | null} */
let classifier = null;

const classify = latestOnly(async (/** @type {string} */ text) => {
  const asked = classifier;
  if (asked === null) return;
  try {
    const prediction = await asked.classify(text, { top: ROWS });
    // The box may hold another text by now, and an answer stands only beside its own.
    if (textBox.value !== text) return;
    showResults(prediction);
    showTruncation(prediction);
  } catch (error) {
    // What was asked of one that has been given up since is not waited for any more.
    if (asked === classifier) fail(error);
  }
});
const classifySoon = debounce(readText, DEBOUNCE);

function isEmpty() {
  return textBox.value.trim() === "";
}

function readText() {
  if (isEmpty()) clear();
  else if (classifier) classify(textBox.value);
}

function clear() {
  clearResults();
  clearTruncation();
}

/** @param {unknown} error */
function fail(error) {
  classifier?.dispose();
  classifier = null;
  clear();
  showError(error);
}

/**
 * Without the library's own store: the service worker keeps the whole site already.
 *
 * @param {AbortSignal} signal
 */
function beginLoading(signal) {
  /** @type {(bundle: import("../classifier/plain.js").Bundle) => void} */
  let onBundle = () => {};
  const told = new Promise((resolve) => (onBundle = resolve));
  const loading = loadClassifier(BUNDLE, { createWorker: startWorker, cache: false, onBundle, onProgress: showProgress, signal });
  const bundled = /** @type {Promise<import("../classifier/plain.js").Bundle>} */ (Promise.race([told, loading.then(() => told)]));
  return { bundled, loading };
}

/** Once without being asked: a page that has just been reloaded would go on for ever. */
let mayReload = !isReloaded();

async function start() {
  showLoading();
  const stop = new AbortController();
  try {
    const { bundled, loading } = beginLoading(stop.signal);
    const [site, bundle] = await Promise.all([fetchSite(SITE_ROOT), bundled]);
    if (!isOwn(site)) {
      if (mayReload) return reload();
      throw otherVersion();
    }
    showAbout(site, bundle);
    const loaded = await loading;
    showThreads(loaded.report);
    classifier = loaded;
    showReady();
    readText();
  } catch (error) {
    stop.abort();
    fail(error);
  }
  // Not earlier, because it would compete with the model for bandwidth. After a failure there is nothing to store,
  // but where a stored version runs the page, a repaired one may be waiting.
  if (classifier || isStored() || !canStore()) storeOnce();
}

let stored = false;
function storeOnce() {
  if (stored) return;
  stored = true;
  void keepOffline({ onState: showOfflineState, ...versionEvents });
}

function reload() {
  keepDraft(textBox.value);
  location.reload();
}

let accepted = false;
/** @type {import("./versions.js").VersionEvents} */
const versionEvents = {
  onUpdate: (activate) =>
    offerUpdate(() => {
      accepted = true;
      activate();
    }),
  // A page whose model is loaded goes on without asking for anything; any other would get the files of two versions.
  onReplaced: () => (classifier && !accepted ? offerReload(reload) : reload()),
};

async function retry() {
  mayReload = true;
  // What is stored needs no network, and is of one version.
  if (await hasActive()) reload();
  else await start();
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
onRetry(retry);
const tools = {
  classifier: async () => {
    while (!classifier) await new Promise((resolve) => setTimeout(resolve, 100));
    return classifier;
  },
  site: () => fetchSite(SITE_ROOT),
  show: (/** @type {string} */ text) => {
    textBox.value = text;
    textBox.focus();
    readText();
  },
};
offerTool("batch", () => import("./batch/panel.js"), tools);
const draft = takeDraft();
if (isEmpty()) textBox.value = draft;
document.body.dataset["started"] = "true"; // boot.js is silent from here on
void watchVersions(versionEvents);
void start();
