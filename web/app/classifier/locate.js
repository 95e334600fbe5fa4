import { RUNTIME } from "../../classifier/runtime-files.js";
import { ClassifierError } from "./errors.js";
import { vendorUrl } from "./vendor.js";

/**
 * @typedef {import("../bundle.js").FileRecord} FileRecord
 * @typedef {import("../bundle.js").FileName} FileName
 * @typedef {FileRecord & { url: URL }} LocatedFile
 */

/**
 * Where each file is loaded from. What is run is known to the program, whatever a bundle says; what is read lies below
 * the bundle. The golden file is not needed to classify.
 *
 * @param {Record<FileName, FileRecord>} files
 * @param {string | URL} baseUrl
 * @returns {Record<Exclude<FileName, "golden"> | "wasm" | "glue", LocatedFile>}
 */
export function locateFiles(files, baseUrl) {
  const below = (/** @type {FileRecord} */ file) => ({ ...file, url: urlBelow(file.path, baseUrl) });
  return {
    model: below(files.model),
    tokenizer: below(files.tokenizer),
    tokenizer_config: below(files.tokenizer_config),
    wasm: vendored(RUNTIME.files.wasm),
    glue: vendored(RUNTIME.files.glue),
  };
}

/**
 * @param {FileRecord} file
 * @returns {LocatedFile}
 */
function vendored(file) {
  return { ...file, path: `vendor/${file.path}`, url: vendorUrl(file.path) };
}

/**
 * @param {string} path
 * @param {string | URL} baseUrl
 * @returns {URL}
 */
function urlBelow(path, baseUrl) {
  const root = new URL("./", baseUrl).href;
  const url = resolve(path, root);
  // A scheme, a host, a way up, and all that stands for these make another address than the two put together. A
  // percent sign may become one of them where a server decodes it.
  if (url && path !== "" && url.href === root + path && !/[%?#]/.test(path)) return url;
  throw new ClassifierError(
    "bad-bundle",
    `The file bundle.json names a file outside of its own folder (${JSON.stringify(path)}). The site must be built again.`,
  );
}

/**
 * @param {string} path
 * @param {string} root
 * @returns {URL | null}
 */
function resolve(path, root) {
  try {
    return new URL(path, root);
  } catch {
    return null;
  }
}
