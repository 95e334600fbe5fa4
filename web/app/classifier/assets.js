import { ClassifierError } from "./errors.js";
import { openContent, unreadable } from "./inflate.js";
import { integrityError, verify } from "./integrity.js";
import { fetchData } from "./response.js";
import { ByteProgress } from "./progress.js";

/**
 * @typedef {import("../bundle.js").FileRecord} FileRecord
 * @typedef {Uint8Array<ArrayBuffer>} Bytes
 */

/**
 * Downloads files side by side and hands them out only when every one is verified.
 *
 * @template {string} Name
 * @param {Record<Name, FileRecord>} files
 * @param {string} baseUrl
 * @param {(progress: import("./progress.js").Progress) => void} onProgress
 * @returns {Promise<Record<Name, Bytes>>}
 */
export async function downloadAll(files, baseUrl, onProgress) {
  const entries = /** @type {[Name, FileRecord][]} */ (Object.entries(files));
  const progress = new ByteProgress(entries.map(([, file]) => file), onProgress);
  const stop = new AbortController();
  const downloads = entries.map(async ([name, file]) => {
    const bytes = await downloadVerified(file, baseUrl, stop.signal, (loaded) => progress.update(file.path, loaded));
    return /** @type {const} */ ([name, bytes]);
  });
  try {
    const loaded = await Promise.all(downloads);
    progress.enter("start");
    return /** @type {Record<Name, Bytes>} */ (Object.fromEntries(loaded));
  } catch (error) {
    stop.abort();
    throw error;
  }
}

/**
 * @param {FileRecord} file
 * @param {string} baseUrl
 * @param {AbortSignal} signal
 * @param {(loaded: number) => void} onBytes
 * @returns {Promise<Bytes>}
 */
async function downloadVerified(file, baseUrl, signal, onBytes) {
  /** @param {RequestCache} cache */
  const attempt = async (cache) => {
    const response = await fetchData(new URL(file.path, baseUrl), file.path, { cache, signal });
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
 * @param {FileRecord} file
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
