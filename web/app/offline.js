import { ClassifierError } from "../classifier/plain.js";
import { watchRegistration } from "./versions.js";

/**
 * @typedef {"preparing" | "ready" | "unavailable"} OfflineState
 * @typedef {object} StoreEvents
 * @property {(state: OfflineState) => void} onState
 * @property {() => void} onFirstStored the site is stored, and this page did not come out of the store
 * @property {(mended: boolean) => void} onDamage a file that the model needs was found damaged, and perhaps put back
 * @typedef {StoreEvents & import("./versions.js").VersionEvents} OfflineEvents
 */

const SERVICE_WORKER_URL = new URL("../sw.js", import.meta.url);
/** Milliseconds. There may be the whole model to store; what is not heard of for so long is not counted on. */
const STORED_WITHIN = 60_000;
/** Milliseconds. Checking what is stored does not wait longer than this for a page that is never idle. */
const IDLE_WITHIN = 2000;

/** @returns {boolean} */
export function canStore() {
  return "serviceWorker" in navigator;
}

/** @returns {boolean} whether this very page came out of the store */
export function isStored() {
  return canStore() && navigator.serviceWorker.controller !== null;
}

/**
 * Stores the site for use without a network, and repairs what is stored.
 *
 * @param {OfflineEvents} events
 */
export async function keepOffline({ onState, onFirstStored, onDamage, ...events }) {
  if (!canStore()) return onState("unavailable");
  onState("preparing");
  // Every step waits for the browser or its service worker, which may never answer; a late answer is still told.
  const late = setTimeout(() => onState("unavailable"), STORED_WITHIN);
  try {
    // "none": a copy of sw.js in the HTTP cache must not hide a new release.
    const registration = await navigator.serviceWorker.register(SERVICE_WORKER_URL, { updateViaCache: "none" });
    watchRegistration(registration, events);
    await keepWhole(registration.active ?? (await firstActivation(registration)), { onState, onFirstStored, onDamage });
  } catch {
    // The page works without it, so this is a state to show and not an error.
    onState("unavailable");
  } finally {
    clearTimeout(late);
  }
}

/**
 * `navigator.serviceWorker.ready` would wait for ever when the first installation fails.
 *
 * @param {ServiceWorkerRegistration} registration
 * @returns {Promise<ServiceWorker>}
 */
function firstActivation(registration) {
  const worker = registration.installing ?? registration.waiting;
  return new Promise((resolve, reject) => {
    if (!worker) return reject(new Error("there is no service worker"));
    const check = () => {
      if (worker.state === "activated") resolve(worker);
      if (worker.state === "redundant") reject(new Error("the files could not be stored"));
    };
    worker.addEventListener("statechange", check);
    check();
  });
}

/**
 * Browsers may drop what a site stored, and disks may damage it, so "works offline" is checked and not assumed.
 *
 * @param {ServiceWorker} worker
 * @param {StoreEvents} events
 */
async function keepWhole(worker, { onState, onFirstStored, onDamage }) {
  await idle();
  const { whole, damaged } = await repair(worker);
  if (damaged !== "none") onDamage(damaged === "mended");
  onState(whole ? "ready" : "unavailable");
  if (whole && !isStored()) onFirstStored();
  if (whole) void askToKeep();
}

/** @returns {ClassifierError} */
export function damaged() {
  return new ClassifierError(
    "integrity",
    "The model that is stored in this browser is damaged, and could not be loaded anew. Check the connection and try again.",
  );
}

/**
 * @param {unknown} error
 * @returns {boolean} whether something has not arrived, which needs no line where it is stored
 */
export function isLost(error) {
  return error instanceof ClassifierError && ["network", "stalled"].includes(error.code);
}

/** @returns {Promise<unknown>} */
function idle() {
  return new Promise((resolve) => {
    if ("requestIdleCallback" in window) requestIdleCallback(resolve, { timeout: IDLE_WITHIN });
    else setTimeout(resolve, IDLE_WITHIN);
  });
}

/**
 * @param {ServiceWorker} worker
 * @returns {Promise<{ whole: boolean, damaged: "none" | "mended" | "lost" }>} whether every file is stored as it should
 *   be, and whether one that the page takes without looking was not
 */
function repair(worker) {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = ({ data }) => resolve(data);
    worker.postMessage({ type: "repair" }, [port2]);
  });
}

/**
 * Asks the browser to clear other sites first. Firefox would pass the question on to the person, who came to try a
 * text: there it is not asked.
 */
async function askToKeep() {
  if (/\bFirefox\//.test(navigator.userAgent)) return;
  await navigator.storage?.persist?.().catch(() => {});
}
