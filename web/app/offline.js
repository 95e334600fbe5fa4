/**
 * @typedef {"preparing" | "ready" | "unavailable"} OfflineState
 *
 * @typedef {object} OfflineEvents
 * @property {(state: OfflineState) => void} onState
 * @property {(activate: () => void) => void} onUpdate a new version is stored and waits for a word
 */

const SERVICE_WORKER_URL = new URL("../sw.js", import.meta.url);

/** @returns {boolean} */
export function canStore() {
  return "serviceWorker" in navigator;
}

/** @returns {boolean} whether this very page came out of the store */
export function isStored() {
  return canStore() && navigator.serviceWorker.controller !== null;
}

/**
 * Stores the site for use without a network.
 *
 * @param {OfflineEvents} events
 */
export async function keepOffline({ onState, onUpdate }) {
  if (!canStore()) return onState("unavailable");
  onState("preparing");
  try {
    // "none": a copy of sw.js in the HTTP cache must not hide a new release.
    const registration = await navigator.serviceWorker.register(SERVICE_WORKER_URL, { updateViaCache: "none" });
    watchUpdates(registration, onUpdate);
    const active = registration.active ?? (await firstActivation(registration));
    onState((await isComplete(active)) ? "ready" : "unavailable");
  } catch {
    // The page works without it, so this is a state to show and not an error.
    onState("unavailable");
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
 * Browsers may drop what a site stored, so "works offline" is asked for, not assumed.
 *
 * @param {ServiceWorker} worker
 * @returns {Promise<boolean>}
 */
function isComplete(worker) {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = (event) => resolve(event.data === true);
    worker.postMessage({ type: "is-complete" }, [port2]);
  });
}

/**
 * @param {ServiceWorkerRegistration} registration
 * @param {OfflineEvents["onUpdate"]} onUpdate
 */
function watchUpdates(registration, onUpdate) {
  const offer = (/** @type {ServiceWorker} */ worker) => onUpdate(() => activate(worker));
  if (registration.waiting && registration.active) offer(registration.waiting);
  registration.addEventListener("updatefound", () => {
    const worker = registration.installing;
    worker?.addEventListener("statechange", () => {
      if (worker.state === "installed" && registration.active) offer(worker);
    });
  });
}

/** @param {ServiceWorker} worker */
function activate(worker) {
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
  worker.postMessage({ type: "activate" });
}
