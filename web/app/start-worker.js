import { startInheritingWorker, startModuleWorker } from "../classifier/plain.js";
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
 * @param {URL | null} url
 * @returns {Worker}
 */
export function startWorker(url) {
  const program = String(url);
  return isStored() || blobsAreRefused ? startModuleWorker(program) : startInheritingWorker(program);
}
