import { loadClassifier, startModuleWorker } from "../classifier/plain.js";

/** Answers after which the browser has compiled well what they need. */
const ANSWERS = 5;
/** Milliseconds. Chromium stores what it compiled two seconds later. */
const STORED_AFTER = 3000;
/** Milliseconds. The person comes first: a page that was only just opened is about to be written on. */
const PAUSE = 2000;

/**
 * Starts the model once more, out of the store and under the eyes of the service worker, as the next visit will:
 * Chromium keeps the compiled runtime only of files that come from there, and starts in half the time with it. Other
 * browsers would gain nothing.
 *
 * @param {URL} bundle
 * @param {string[]} texts of which a few are answered, and nobody sees how
 */
export async function rehearse(bundle, texts) {
  if (!("userAgentData" in navigator)) return;
  await wait(PAUSE);
  const createWorker = (/** @type {URL | null} */ url) => startModuleWorker(String(url));
  const options = { createWorker, cache: false, trustStored: true, threads: 1 };
  try {
    const classifier = await loadClassifier(bundle, options);
    for (let turn = 0; turn < ANSWERS; turn++) await classifier.classify(texts[turn % texts.length] ?? "rehearsal");
    await wait(STORED_AFTER);
    classifier.dispose();
  } catch {
    // The next visit takes a little longer, and says what is wrong.
  }
}

/** @param {number} milliseconds */
function wait(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
