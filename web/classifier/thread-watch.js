/**
 * Milliseconds from a thread's first task to its first word, for which it has to load a small script and to set up its
 * stack.
 */
const ANSWER_WITHIN = 3000;

/**
 * Runs a start that starts workers, and fails as soon as one of them does. The runtime listens to its threads only
 * after it has compiled, so that it misses an early failure, and it waits for a silent one for ever.
 *
 * @template T
 * @param {() => Promise<T>} start
 * @param {{ Worker: typeof Worker }} [scope]
 * @param {number} [answerWithin]
 * @returns {Promise<T>}
 */
export async function watchThreads(start, scope = globalThis, answerWithin = ANSWER_WITHIN) {
  const { Worker: Plain } = scope;
  /** @type {(reason: string) => void} */
  let fail = () => {};
  /** @type {Promise<never>} */
  const failure = new Promise((_, reject) => {
    fail = (reason) => reject(new Error(reason));
  });
  scope.Worker = new Proxy(Plain, {
    construct(target, settings) {
      const thread = Reflect.construct(target, settings);
      watch(thread, answerWithin, fail);
      return thread;
    },
  });
  try {
    return await Promise.race([start(), failure]);
  } finally {
    scope.Worker = Plain;
    failure.catch(() => {});
  }
}

/**
 * @param {Worker} thread
 * @param {number} answerWithin
 * @param {(reason: string) => void} fail
 */
function watch(thread, answerWithin, fail) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let deadline;
  const assign = thread.postMessage;
  thread.postMessage = (/** @type {[any, any]} */ ...task) => {
    thread.postMessage = assign;
    deadline = setTimeout(() => fail("a thread does not answer"), answerWithin);
    thread.postMessage(...task);
  };
  thread.addEventListener("message", () => clearTimeout(deadline), { once: true });
  thread.addEventListener("error", (event) => fail(`a thread failed: ${event.message || "its program was refused"}`));
}
