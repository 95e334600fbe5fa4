/**
 * Papa Parse as its package ships it. It is no module and knows three ways to hand itself over: to Node, to the global
 * object as the `this` of a script, which a module has not, and to an AMD loader. The page is that for as long as it
 * takes.
 */

const PROGRAM = new URL("../../vendor/papaparse/papaparse.min.js", import.meta.url);

/** @type {Promise<any> | null} */
let loading = null;

/** @returns {Promise<any>} */
export function loadPapa() {
  loading ??= load().catch((error) => {
    loading = null; // the next call tries again
    throw error;
  });
  return loading;
}

async function load() {
  const place = /** @type {any} */ (globalThis);
  /** @type {any} */
  let made;
  const define = (/** @type {string[]} */ _names, /** @type {() => unknown} */ make) => (made = make());
  place.define = Object.assign(define, { amd: {} });
  try {
    await import(PROGRAM.href);
  } finally {
    delete place.define;
  }
  return made;
}
