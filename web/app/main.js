import { loadClassifier } from "../classifier/plain.js";
import { takeShared } from "./address.js";
import { changeText, onAnswer, setAnswer } from "./answers.js";
import { keepDraft, takeDraft } from "./draft.js";
import { debounce, latestOnly } from "./latest.js";
import { canStore, damaged, isLost, isStored, keepOffline } from "./offline.js";
import { Promised } from "./promised.js";
import { fetchSite } from "./site.js";
import { startWorker } from "./start-worker.js";
import { loadStyle } from "./style.js";
import { offerTool } from "./tools.js";
import { announceAnswer } from "./ui/announce.js";
import { byId } from "./ui/dom.js";
import { exampleTexts, onExample } from "./ui/examples.js";
import { offerReload, offerUpdate } from "./ui/notices.js";
import { showOfflineState } from "./ui/offline-badge.js";
import "./ui/results.js";
import { onRetry, showError, showLoading, showProgress, showReady } from "./ui/status.js";
import { hasActive, isOwn, isReloaded, otherVersion, watchVersions } from "./versions.js";

performance.setResourceTimingBufferSize?.(10_000); // all that is asked for from here on can be shown
const DEBOUNCE = 120;
const SITE_ROOT = new URL("../", import.meta.url);
const BUNDLE = new URL("model/bundle.json", SITE_ROOT);

const textBox = byId("text", HTMLTextAreaElement);
/** @type {import("../classifier/plain.js").Classifier | null} */
let classifier = null;
/** @type {Promised<import("../classifier/plain.js").Classifier>} */
const loaded = new Promised();
/** @type {Promised<import("./site.js").Site>} */
const site = new Promised();

const classify = latestOnly(async (/** @type {string} */ text) => {
  const asked = classifier;
  if (asked === null) return;
  try {
    const prediction = await asked.classify(text);
    // The box may hold another text by now, and an answer stands only beside its own.
    if (textBox.value === text) setAnswer({ text, prediction, classifier: asked });
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
  if (isEmpty()) setAnswer(null);
  else if (classifier) classify(textBox.value);
}

/** @param {string} text takes the place of the one in the box */
function show(text) {
  announceAnswer("");
  changeText();
  textBox.value = text;
  textBox.focus();
  readText();
}

/** @type {Promise<void> | null} */
let extras = null;
/** What can be done with an answer comes with the first one. An answer stands without it, too. */
onAnswer((answer) => {
  if (answer) extras ??= loadExtras().catch(() => void (extras = null));
});
async function loadExtras() {
  const [{ offerExtras }] = await Promise.all([import("./ui/extras.js"), loadStyle("answer")]);
  offerExtras(show, () => textBox.focus());
}

/** @param {unknown} error */
function fail(error) {
  classifier?.dispose();
  classifier = null;
  loaded.fail(error);
  setAnswer(null);
  showError(error);
}

/** Once without being asked: a page that has just been reloaded would go on for ever. */
let mayReload = !isReloaded();
/** Once: what is stored needs no line, so a browser that lost it on the way finds it again. */
let mayStartAnew = isStored();

async function start() {
  showLoading();
  loaded.begin();
  const stop = new AbortController();
  try {
    // Without the library's own store: the service worker keeps the whole site already.
    const loading = loadClassifier(BUNDLE, {
      createWorker: startWorker,
      cache: false,
      trustStored: isStored(),
      onProgress: showProgress,
      signal: stop.signal,
    });
    loading.catch(() => {}); // which counts when it is known whether the files belong together
    if (!isOwn(await site.follow(fetchSite(SITE_ROOT)))) {
      if (mayReload) return reload();
      throw otherVersion();
    }
    classifier = await loading;
    loaded.give(classifier);
    document.body.dataset["threads"] = String(classifier.report.threads);
    showReady();
    readText();
  } catch (error) {
    stop.abort();
    if (mayStartAnew && isLost(error)) {
      mayStartAnew = false;
      return start();
    }
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
  void keepOffline({ onState: showOfflineState, onFirstStored, onDamage, ...versionEvents });
}

async function onFirstStored() {
  if (!classifier) return;
  const { rehearse } = await import("./rehearse.js");
  await rehearse(BUNDLE, exampleTexts());
}

/**
 * The model was taken out of the store before it was checked: what it has answered may be wrong.
 *
 * @param {boolean} mended
 */
function onDamage(mended) {
  if (!isStored() || !classifier) return;
  if (!mended) return fail(damaged());
  classifier.dispose();
  classifier = null;
  setAnswer(null);
  void start();
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
  if (isEmpty()) setAnswer(null);
  changeText();
  announceAnswer("");
  classifySoon(undefined);
});
onExample(show);
onRetry(retry);
/** @type {import("./tools.js").Page} */
const page = { classifier: () => loaded.get(), site: () => site.get(), show };
offerTool("batch", () => import("./batch/panel.js"), page, { style: "batch" });
offerTool("proof", () => import("./proof/panel.js"), page, { style: "proof" });
offerTool("about", () => import("./ui/about.js"), page);
const draft = takeDraft();
const addressed = takeShared();
if (isEmpty()) textBox.value = draft || addressed;
window.addEventListener("hashchange", () => {
  const text = takeShared();
  if (text) show(text);
});
document.body.dataset["started"] = "true"; // boot.js is silent from here on
void watchVersions(versionEvents);
void start();
