import { ClassifierError } from "../classifier/plain.js";

/**
 * @typedef {object} VersionEvents
 * @property {(activate: () => void) => void} onUpdate a new version is stored and waits for a word
 * @property {() => void} onReplaced another version has taken over, by a word of this page or of another one; what
 *   this page asks for from now on is not its own any more
 */

const SITE_ROOT = new URL("../", import.meta.url);
/** Milliseconds. "Try again" waits for this. */
const ANSWER_WITHIN = 5000;
/** @type {WeakSet<ServiceWorkerRegistration>} one registration is one object for as long as the page lives */
const watched = new WeakSet();

/**
 * Tells of new versions, from the first moment on.
 *
 * @param {VersionEvents} events
 */
export async function watchVersions(events) {
  if (!("serviceWorker" in navigator)) return;
  const { serviceWorker } = navigator;
  if (serviceWorker.controller) serviceWorker.addEventListener("controllerchange", events.onReplaced);
  const registration = await findRegistration();
  if (registration) watchRegistration(registration, events);
}

/** @returns {Promise<boolean>} whether the next load of this page will come out of the store */
export async function hasActive() {
  return Boolean((await findRegistration())?.active);
}

/** @returns {Promise<ServiceWorkerRegistration | undefined>} none where the browser does not say in time */
async function findRegistration() {
  const ask = async () => navigator.serviceWorker?.getRegistration(SITE_ROOT);
  /** @type {Promise<undefined>} */
  const late = new Promise((resolve) => setTimeout(resolve, ANSWER_WITHIN));
  return Promise.race([ask().catch(() => undefined), late]);
}

/**
 * @param {ServiceWorkerRegistration} registration
 * @param {VersionEvents} events
 */
export function watchRegistration(registration, { onUpdate, onReplaced }) {
  if (watched.has(registration)) return;
  watched.add(registration);
  const follow = (/** @type {ServiceWorker | null} */ worker) => {
    // The first version of all replaces nothing.
    if (!worker || !registration.active) return;
    const check = () => {
      if (worker.state === "installed") onUpdate(() => activate(registration));
      // A page that came from the network hears of it in no other way.
      if (worker.state === "activated") onReplaced();
    };
    worker.addEventListener("statechange", check);
    check();
  };
  follow(registration.waiting);
  follow(registration.installing);
  registration.addEventListener("updatefound", () => follow(registration.installing));
}

/**
 * The version that waits now, which may be newer than the one that was offered.
 *
 * @param {ServiceWorkerRegistration} registration
 */
function activate({ waiting }) {
  waiting?.postMessage({ type: "activate" });
}

/**
 * @param {{ version: string }} site
 * @returns {boolean} whether the site was built together with the page that asked for it
 */
export function isOwn({ version }) {
  return document.documentElement.dataset["version"] === version;
}

/** @returns {ClassifierError} */
export function otherVersion() {
  return new ClassifierError(
    "bad-bundle",
    "This page and its files are of two versions, as while a site is being replaced. Try again in a moment; if that does not help, the site's files must be uploaded again.",
  );
}

/** @returns {boolean} whether this page has just been reloaded */
export function isReloaded() {
  const [navigation] = performance.getEntriesByType("navigation");
  return navigation instanceof PerformanceNavigationTiming && navigation.type === "reload";
}
