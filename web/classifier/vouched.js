/**
 * Files that a store of the page's own, as the one of its service worker, verified when it stored them: it says so in a
 * header, and who trusts it need not hash them once more.
 */

/** SHA-256 of what the response holds, lower-case hex. */
export const VOUCHED = "X-Verified-SHA256";

/**
 * @typedef {import("./locate.js").LocatedFile} LocatedFile
 */

/**
 * @param {Response} response
 * @param {import("./bundle-types.js").FileRecord} file
 * @returns {boolean}
 */
export function isVouched({ headers }, file) {
  return headers.get(VOUCHED) === (file.content ?? file).sha256;
}

/**
 * Compiles while the file is read. Only what is compiled out of a response is kept compiled by browsers, for another
 * visit, and only out of one that they have not been given in parts.
 *
 * @param {LocatedFile} file
 * @returns {Promise<{ module: Promise<WebAssembly.Module> } | null>} null where nobody vouches for it
 */
export async function compileVouched(file) {
  const stop = new AbortController();
  try {
    const response = await fetch(file.url, { signal: stop.signal });
    if (response.ok && isVouched(response, file)) {
      const module = WebAssembly.compileStreaming(response);
      module.catch(() => {}); // told by whoever needs it
      return { module };
    }
    stop.abort();
  } catch {
    // Whoever loads it in the other way says what is wrong.
  }
  return null;
}

/** Eight bytes that are no WebAssembly. The runtime copies what it is given, so only its contents tell it from others. */
const STAND_IN = [0x76, 0x6f, 0x75, 0x63, 0x68, 0x65, 0x64, 0x21];

/**
 * Lets the runtime take a module that is compiled already, while it knows bytes alone.
 *
 * @param {typeof import("onnxruntime-web")} ort
 * @param {WebAssembly.Module} module
 * @returns {() => void} to be called when the runtime has started
 */
export function giveCompiled(ort, module) {
  const { instantiate } = WebAssembly;
  /** @type {any} */ (WebAssembly).instantiate = async (/** @type {any} */ source, /** @type {any} */ imports) => {
    if (!isStandIn(source)) return instantiate(source, imports);
    return { module, instance: await instantiate(module, imports) };
  };
  ort.env.wasm.wasmBinary = Uint8Array.from(STAND_IN);
  return () => {
    WebAssembly.instantiate = instantiate;
  };
}

/**
 * @param {unknown} source
 * @returns {boolean}
 */
function isStandIn(source) {
  if (!(source instanceof ArrayBuffer || source instanceof Uint8Array) || source.byteLength !== STAND_IN.length) return false;
  return new Uint8Array(source).every((byte, place) => byte === STAND_IN[place]);
}
