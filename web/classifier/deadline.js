import { ClassifierError } from "./errors.js";

/** Milliseconds. A line that carries nothing for so long is taken for dead; a slow one may take as long as it likes. */
export const SILENCE = 30_000;

/**
 * @typedef {object} Watch
 * @property {() => void} beat there was a sign of life: the wait starts anew
 * @property {() => void} rest there is nothing to wait for any more
 */

/**
 * @template T
 * @param {(watch: Watch) => Promise<T>} run
 * @param {number} silence milliseconds without a beat, the first ones from the start
 * @param {() => Error} late what it fails with then; nothing is ended by that
 * @returns {Promise<T>}
 */
export async function whileAlive(run, silence, late) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {(error: Error) => void} */
  let fail = () => {};
  /** @type {Promise<never>} */
  const death = new Promise((_, reject) => {
    fail = reject;
  });
  const rest = () => clearTimeout(timer);
  let over = false;
  const beat = () => {
    rest();
    if (over) return; // what goes on for a while after the end is not waited for
    timer = setTimeout(() => fail(late()), silence);
  };
  beat();
  try {
    return await Promise.race([run({ beat, rest }), death]);
  } finally {
    over = true;
    rest();
  }
}

/**
 * @param {string} path
 * @param {number} silence
 * @returns {ClassifierError}
 */
export function stalled(path, silence) {
  return new ClassifierError(
    "stalled",
    `Nothing has arrived for ${silence / 1000} seconds while loading the file ${path}. Check the connection and try again.`,
  );
}
