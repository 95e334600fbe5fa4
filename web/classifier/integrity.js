import { ClassifierError } from "./errors.js";

/**
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {Promise<string>} lower-case hex
 */
export async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * @param {string} path
 * @param {string} what
 * @returns {ClassifierError}
 */
export function integrityError(path, what) {
  return new ClassifierError(
    "integrity",
    `The file ${path} is not the one that this page was built with (${what}). Try again; if that does not help, the site's files must be uploaded again.`,
  );
}

/**
 * @param {Uint8Array<ArrayBuffer>} bytes inflated, where the file is compressed
 * @param {import("./bundle-types.js").FileRecord} file
 * @param {boolean} [vouched] by whoever stored it: then its length is enough
 */
export async function verify(bytes, file, vouched = false) {
  const wanted = file.content ?? file;
  if (bytes.length !== wanted.bytes) {
    throw integrityError(file.path, `${bytes.length} bytes instead of ${wanted.bytes}`);
  }
  if (!vouched && (await sha256(bytes)) !== wanted.sha256) throw integrityError(file.path, "its SHA-256 differs");
}
