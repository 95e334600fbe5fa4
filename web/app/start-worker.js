import { startInheritingWorker, startModuleWorker } from "./classifier/module-worker.js";
import { isStored } from "./offline.js";

/** A policy that a host sends in a header may be stricter than the page's own; then it comes with the worker, too. */
let blobsAreRefused = false;
document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) => {
  if (effectiveDirective === "worker-src" && blockedURI.startsWith("blob")) blobsAreRefused = true;
});

/**
 * Starts a worker that can reach no more than the page: the service worker sends the policy with the program, and
 * where none is in charge yet, the page hands down its own.
 *
 * @param {string | URL} url
 * @returns {Worker}
 */
export function startWorker(url) {
  return isStored() || blobsAreRefused ? startModuleWorker(url) : startInheritingWorker(url);
}
