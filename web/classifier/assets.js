import { Clock } from "./clock.js";
import { SILENCE, stalled, whileAlive } from "./deadline.js";
import { ClassifierError } from "./errors.js";
import { openContent, unreadable } from "./inflate.js";
import { integrityError, verify } from "./integrity.js";
import { ByteProgress } from "./progress.js";
import { fetchData } from "./response.js";
import { isVouched } from "./vouched.js";

/**
 * @typedef {import("./locate.js").LocatedFile} LocatedFile
 * @typedef {Uint8Array<ArrayBuffer>} Bytes
 *
 * @typedef {object} DownloadOptions
 * @property {(progress: import("./progress.js").Progress) => void} [onProgress]
 * @property {Record<string, import("./store.js").FileStore | null>} [stores] where files may be stored already, by name
 * @property {boolean} [trustStored] whether what a store vouches for is not hashed
 * @property {Clock} [clock]
 * @property {number} [silence] milliseconds
 */

/**
 * @template {string} Name
 * @typedef {object} Downloads
 * @property {Record<Name, Promise<Bytes>>} each verified, as soon as it is there
 * @property {Promise<Record<Name, Bytes>>} all fails when none of them gets a byte for a while
 * @property {Set<Name>} stored those that were stored already, as far as it is known
 */

/**
 * Downloads files side by side, and hands each out when it is verified. Fails when none of them gets a byte for a
 * while: alone, a file may wait longer, because on a slow line the others are before it.
 *
 * @template {string} Name
 * @param {Record<Name, LocatedFile>} files
 * @param {DownloadOptions} [options]
 * @returns {Downloads<Name>}
 */
export function downloadEach(files, options = {}) {
  const { onProgress = () => {}, stores = {}, trustStored = false, clock = new Clock(), silence = SILENCE } = options;
  const entries = /** @type {[Name, LocatedFile][]} */ (Object.entries(files));
  const progress = new ByteProgress(entries.map(([, file]) => file), onProgress);
  const stop = new AbortController();
  const missing = new Set(entries.map(([, file]) => file.path));
  /** @type {Set<Name>} */
  const stored = new Set();
  const each = /** @type {Record<Name, Promise<Bytes>>} */ ({});
  const download = async (/** @type {import("./deadline.js").Watch} */ { beat }) => {
    for (const [name, file] of entries) {
      const onBytes = (/** @type {number} */ loaded) => {
        beat();
        progress.update(file.path, loaded);
      };
      each[name] = obtain(file, stores[name] ?? null, { signal: stop.signal, onBytes, trustStored, clock }).then((found) => {
        missing.delete(file.path);
        if (found.stored) stored.add(name);
        return found.bytes;
      });
      each[name].catch(() => {}); // told by all of them together
    }
    return Promise.all(entries.map(async ([name]) => /** @type {const} */ ([name, await each[name]])));
  };
  // Before anything arrives: whoever waits for this worker knows now that it runs.
  progress.enter("download");
  const all = whileAlive(download, silence, () => stalled([...missing].join(", "), silence)).then(
    (loaded) => {
      progress.enter("start");
      return /** @type {Record<Name, Bytes>} */ (/** @type {unknown} */ (Object.fromEntries(loaded)));
    },
    (error) => {
      stop.abort();
      throw error;
    },
  );
  all.catch(() => {});
  return { each, all, stored };
}

/**
 * @typedef {{ signal: AbortSignal, onBytes: (loaded: number) => void, trustStored: boolean, clock: Clock }} Attempt
 *
 * @param {LocatedFile} file
 * @param {import("./store.js").FileStore | null} store
 * @param {Attempt} attempt
 * @returns {Promise<{ bytes: Bytes, stored: boolean }>}
 */
async function obtain(file, store, attempt) {
  const started = attempt.clock.now();
  const stored = await store?.read(file);
  if (!stored) return { bytes: await downloadVerified(file, attempt), stored: false };
  attempt.onBytes(file.bytes);
  attempt.clock.reach("download", attempt.clock.now() - started);
  return { bytes: stored, stored: true };
}

/**
 * @param {LocatedFile} file
 * @param {Attempt} attempt
 * @returns {Promise<Bytes>}
 */
async function downloadVerified(file, { signal, onBytes, trustStored, clock }) {
  /** @param {RequestCache} cache */
  const attempt = async (cache) => {
    const started = clock.now();
    const response = await fetchData(file.url, file.path, { cache, signal });
    let arrived = started;
    const bytes = await readBytes(response, file, (loaded) => {
      arrived = clock.now();
      onBytes(loaded);
    });
    clock.reach("download", arrived - started);
    // Inflated while it arrives: only what comes after the last byte makes anybody wait.
    if (file.content) clock.reach("inflate", clock.now() - arrived);
    const vouched = trustStored && isVouched(response, file);
    await clock.time("verify", () => verify(bytes, file, vouched));
    return bytes;
  };
  try {
    return await attempt("default");
  } catch (error) {
    // After a new release the browser's HTTP cache may still hold the old file: ask the server itself, once.
    if (error instanceof ClassifierError && error.code === "integrity") return attempt("reload");
    throw error;
  }
}

/**
 * Reads into one buffer of the promised size, so that a large file is never held twice.
 *
 * @param {Response} response
 * @param {LocatedFile} file
 * @param {(loaded: number) => void} onBytes
 * @returns {Promise<Bytes>}
 */
async function readBytes(response, file, onBytes) {
  const size = (file.content ?? file).bytes;
  const bytes = new Uint8Array(size);
  let filled = 0;
  onBytes(0);
  if (!response.body) return bytes.subarray(0, 0);
  const reader = (await openContent(response.body, file, onBytes)).getReader();
  for (;;) {
    const { done, value } = await reader.read().catch((cause) => Promise.reject(unreadable(file, cause)));
    if (done) return bytes.subarray(0, filled);
    if (filled + value.length > size) {
      await reader.cancel();
      throw integrityError(file.path, `more than ${size} bytes`);
    }
    bytes.set(value, filled);
    filled += value.length;
  }
}
