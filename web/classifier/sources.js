import { downloadEach } from "./assets.js";
import { Clock } from "./clock.js";
import { locateFiles, locateRuntime } from "./locate.js";
import { FileStore } from "./store.js";

/**
 * @typedef {import("./protocol.js").LoadCall} LoadCall
 * @typedef {import("./runtime.js").Runtime} Runtime
 * @typedef {import("./assets.js").Bytes} Bytes
 * @typedef {"model" | "tokenizer" | "tokenizer_config" | "wasm"} HandedName
 * @typedef {Record<Exclude<HandedName, "wasm">, Blob> & { wasm?: Blob }} Handed files that another worker has verified
 *
 * @typedef {object} Sources
 * @property {Record<Exclude<HandedName, "wasm">, Promise<Bytes>> & { wasm?: Promise<Bytes | WebAssembly.Module>, glue?: Promise<Bytes> }} each
 * @property {Promise<Record<string, Bytes>>} all fails first where nothing arrives any more
 * @property {Set<string>} stored what came out of the browser's store
 * @property {(bytes: Record<string, Bytes>) => Promise<void>} keep stores what did not
 */

/**
 * Begins to load all that an engine needs, from wherever it may be had.
 *
 * @param {LoadCall} call
 * @param {Runtime} runtime
 * @param {Clock} clock
 * @param {(progress: import("./progress.js").Progress) => void} onProgress
 * @returns {Promise<Sources>}
 */
export async function openSources(call, runtime, clock, onProgress) {
  if (call.files) return unpack(call.files, onProgress);
  const { golden: _, ...data } = locateFiles(call.bundle.files, call.bundleUrl, call.allowOrigins);
  const { glue, ...binaries } = locateRuntime(runtime.files, call.runtimeUrl);
  const compiled = await runtime.compiled;
  const owners = [call.bundleUrl, call.runtimeUrl ?? runtime.home];
  const [dataStore, runtimeStore] = await Promise.all(owners.map((owner) => openStore(owner, call.cache)));
  /** @param {object} files @param {FileStore | null | undefined} store */
  const all = (files, store) => Object.fromEntries(Object.keys(files).map((name) => [name, store ?? null]));
  /** @type {Record<string, FileStore | null>} */
  const stores = { ...all(data, dataStore), ...all(binaries, runtimeStore) };
  /** @type {Record<string, import("./locate.js").LocatedFile>} */
  // The runtime imports the glue by itself, so it is compared and not kept.
  const files = { ...data, ...binaries, ...(glue && { glue }) };
  if (compiled) delete files["wasm"];
  const { trustStored = false } = call;
  const { each, stored, all: loaded } = downloadEach(files, { onProgress, stores, trustStored, clock });
  if (compiled && binaries.wasm) each["wasm"] = /** @type {any} */ (orAnew(compiled.module, binaries.wasm));
  const keep = async (/** @type {Record<string, Bytes>} */ bytes) => {
    for (const [name, store] of Object.entries(stores)) {
      const [file, content] = [files[name], bytes[name]];
      if (store && file && content && !stored.has(name)) await store.write(file, content);
    }
    await dataStore?.sweep(Object.values(data));
    await runtimeStore?.sweep(Object.values(binaries));
  };
  return { each: /** @type {Sources["each"]} */ (each), all: loaded, stored, keep };
}

/**
 * What a store vouches for and is damaged all the same fails to compile, or is another file by then.
 *
 * @param {Promise<WebAssembly.Module>} compiled
 * @param {import("./locate.js").LocatedFile} wasm
 * @returns {Promise<WebAssembly.Module | Bytes>}
 */
function orAnew(compiled, wasm) {
  const anew = compiled.catch(async () => (await downloadEach({ wasm }).all).wasm);
  anew.catch(() => {}); // told by whoever needs it
  return anew;
}

/**
 * The same files once more, for the workers of a pool: they need neither download nor verify nor inflate them.
 *
 * @param {LoadCall} call
 * @param {Runtime} runtime
 * @returns {Promise<Handed>}
 */
export async function collectFiles(call, runtime) {
  const { compiled: _, ...plain } = runtime;
  const { all } = await openSources(call, plain, new Clock(), () => {});
  const { glue, ...files } = await all;
  const blobs = Object.entries(files).map(([name, bytes]) => [name, new Blob([bytes])]);
  return Object.fromEntries(blobs);
}

/**
 * @param {LoadCall} call
 * @returns {Promise<any>} contents of the golden file
 */
export async function loadGolden({ bundle, bundleUrl, allowOrigins }) {
  const { golden } = locateFiles({ golden: bundle.files.golden }, bundleUrl, allowOrigins);
  const bytes = await downloadEach({ golden }).all;
  return JSON.parse(new TextDecoder().decode(bytes.golden));
}

/**
 * @param {string | undefined} owner
 * @param {boolean} cache
 */
async function openStore(owner, cache) {
  return cache && owner ? FileStore.open(new URL(owner)) : null;
}

/**
 * @param {Handed} files
 * @param {(progress: import("./progress.js").Progress) => void} onProgress
 * @returns {Sources}
 */
function unpack(files, onProgress) {
  const totalBytes = Object.values(files).reduce((sum, blob) => sum + blob.size, 0);
  onProgress({ loadedBytes: totalBytes, totalBytes, phase: "download" });
  const entries = Object.entries(files).map(([name, blob]) => {
    const bytes = blob.arrayBuffer().then((buffer) => new Uint8Array(buffer));
    bytes.catch(() => {});
    return /** @type {const} */ ([name, bytes]);
  });
  const all = Promise.all(entries.map(async ([name, bytes]) => [name, await bytes])).then(Object.fromEntries);
  all.catch(() => {});
  return {
    each: /** @type {Sources["each"]} */ (/** @type {unknown} */ (Object.fromEntries(entries))),
    all,
    stored: new Set(),
    keep: async () => {},
  };
}
