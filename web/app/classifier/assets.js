import { SILENCE, stalled, whileAlive } from "./deadline.js";
import { ClassifierError } from "./errors.js";
import { openContent, unreadable } from "./inflate.js";
import { integrityError, verify } from "./integrity.js";
import { fetchData } from "./response.js";
import { ByteProgress } from "./progress.js";

/**
 * @typedef {import("./locate.js").LocatedFile} LocatedFile
 * @typedef {Uint8Array<ArrayBuffer>} Bytes
 */

/**
 * Downloads files side by side and hands them out only when every one is verified. Fails when none of them gets a byte
 * for a while: alone, a file may wait longer, because on a slow line the others are before it.
 *
 * @template {string} Name
 * @param {Record<Name, LocatedFile>} files
 * @param {(progress: import("./progress.js").Progress) => void} onProgress
 * @param {number} [silence] milliseconds
 * @returns {Promise<Record<Name, Bytes>>}
 */
export async function downloadAll(files, onProgress, silence = SILENCE) {
  const entries = /** @type {[Name, LocatedFile][]} */ (Object.entries(files));
  const progress = new ByteProgress(entries.map(([, file]) => file), onProgress);
  const stop = new AbortController();
  const missing = new Set(entries.map(([, file]) => file.path));
  const download = (/** @type {import("./deadline.js").Watch} */ { beat }) =>
    Promise.all(
      entries.map(async ([name, file]) => {
        const bytes = await downloadVerified(file, stop.signal, (loaded) => {
          beat();
          progress.update(file.path, loaded);
        });
        missing.delete(file.path);
        return /** @type {const} */ ([name, bytes]);
      }),
    );
  // Before anything arrives: whoever waits for this worker knows now that it runs.
  progress.enter("download");
  try {
    const loaded = await whileAlive(download, silence, () => stalled([...missing].join(", "), silence));
    progress.enter("start");
    return /** @type {Record<Name, Bytes>} */ (Object.fromEntries(loaded));
  } catch (error) {
    stop.abort();
    throw error;
  }
}

/**
 * @param {LocatedFile} file
 * @param {AbortSignal} signal
 * @param {(loaded: number) => void} onBytes
 * @returns {Promise<Bytes>}
 */
async function downloadVerified(file, signal, onBytes) {
  /** @param {RequestCache} cache */
  const attempt = async (cache) => {
    const response = await fetchData(file.url, file.path, { cache, signal });
    const bytes = await readBytes(response, file, onBytes);
    await verify(bytes, file);
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
