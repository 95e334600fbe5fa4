import { ClassifierError } from "./errors.js";
import { integrityError } from "./integrity.js";
import { lost } from "./response.js";

/** The first byte of every gzip stream, and of no other file that the page loads. */
const GZIP = 0x1f;

/**
 * @typedef {import("./bundle-types.js").FileRecord} FileRecord
 * @typedef {ReadableStream<Uint8Array<ArrayBuffer>>} ByteStream
 */

/**
 * What a file holds, inflated while it arrives. A server may have announced the compression as an encoding of its own;
 * then the browser has inflated the file already, and it is taken as it comes.
 *
 * @param {ByteStream} body
 * @param {FileRecord} file
 * @param {(arrived: number) => void} onBytes called with the bytes so far, as they lie on the server
 * @returns {Promise<ByteStream>}
 */
export async function openContent(body, file, onBytes) {
  const reader = body.getReader();
  let arrived = 0;
  const read = async () => {
    // A connection that breaks must not pass for a file that cannot be inflated.
    const chunk = await reader.read().catch((cause) => Promise.reject(lost(file.path, cause)));
    arrived += chunk.value?.length ?? 0;
    onBytes(Math.min(arrived, file.bytes));
    return chunk;
  };
  let next = await read();
  /** @type {ByteStream} */
  const arriving = new ReadableStream({
    async pull(controller) {
      if (next.done) return controller.close();
      controller.enqueue(next.value);
      next = await read();
    },
    cancel: (reason) => reader.cancel(reason),
  });
  const inflate = file.content !== undefined && next.value?.[0] === GZIP;
  return inflate ? arriving.pipeThrough(new DecompressionStream("gzip")) : arriving;
}

/**
 * @param {FileRecord} file
 * @param {unknown} cause why its content could not be read to the end
 * @returns {ClassifierError}
 */
export function unreadable(file, cause) {
  if (cause instanceof ClassifierError) return cause;
  return integrityError(file.path, "it cannot be inflated");
}
