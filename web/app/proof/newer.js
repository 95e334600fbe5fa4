const SITE_ROOT = new URL("../../", import.meta.url);
/** Milliseconds. Browsers have been seen never to answer. */
const ANSWER_WITHIN = 20_000;
const READY = "A newer version is stored. The page offers it above: “Use it now”.";

/**
 * Asks the server whether there is a newer version. Taking it is left to the page's own offer, which knows what the
 * person has typed and what other tabs do.
 *
 * @param {(sentence: string) => void} say
 */
export async function lookForNewer(say) {
  try {
    const registration = await inTime(navigator.serviceWorker?.getRegistration(SITE_ROOT));
    if (!registration) {
      say("Nothing is stored here, so each visit brings the version that the server has.");
      return;
    }
    await inTime(registration.update());
    const { installing, waiting } = registration;
    if (installing) follow(installing, say);
    else say(waiting ? READY : "The server has no newer version than the one that is stored.");
  } catch {
    say("The server could not be asked. Check the connection and try again.");
  }
}

/**
 * @param {ServiceWorker} worker
 * @param {(sentence: string) => void} say
 */
function follow(worker, say) {
  say("There is a newer version. It is being stored…");
  worker.addEventListener("statechange", () => {
    if (worker.state === "installed") say(READY);
    if (worker.state === "redundant") say("There is a newer version, but it could not be stored whole. Try again later.");
  });
}

/**
 * @template T
 * @param {Promise<T>} asked
 * @returns {Promise<T>}
 */
function inTime(asked) {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error("no answer")), ANSWER_WITHIN);
    Promise.resolve(asked)
      .then(resolve, reject)
      .finally(() => clearTimeout(late));
  });
}
