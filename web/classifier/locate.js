import { ClassifierError } from "./errors.js";

/**
 * @typedef {import("./bundle-types.js").FileRecord} FileRecord
 * @typedef {FileRecord & { url: URL }} LocatedFile
 */

/**
 * Where the files of a bundle are loaded from: below the bundle, or where it names another origin that the caller
 * allows by name.
 *
 * @template {string} Name
 * @param {Record<Name, FileRecord>} files
 * @param {string | URL} bundleUrl
 * @param {readonly string[]} [allowOrigins]
 * @returns {Record<Name, LocatedFile>}
 */
export function locateFiles(files, bundleUrl, allowOrigins = []) {
  const entries = /** @type {[Name, FileRecord][]} */ (Object.entries(files));
  const located = entries.map(([name, file]) => [name, { ...file, url: locate(file.path, bundleUrl, allowOrigins) }]);
  return /** @type {Record<Name, LocatedFile>} */ (Object.fromEntries(located));
}

/**
 * Where the library's own files lie, whatever a bundle says.
 *
 * @template {string} Name
 * @param {Partial<Record<Name, FileRecord>>} files
 * @param {string | null} folder
 * @returns {Partial<Record<Name, LocatedFile>>}
 */
export function locateRuntime(files, folder) {
  const entries = /** @type {[Name, FileRecord][]} */ (Object.entries(files));
  const located = entries.map(([name, file]) => {
    const url = new URL(file.path, folder ?? undefined);
    return [name, { ...file, path: url.pathname.slice(1), url }];
  });
  return /** @type {Partial<Record<Name, LocatedFile>>} */ (Object.fromEntries(located));
}

/**
 * @param {string} path
 * @param {string | URL} bundleUrl
 * @param {readonly string[]} allowOrigins
 * @returns {URL}
 */
function locate(path, bundleUrl, allowOrigins) {
  const root = new URL("./", bundleUrl).href;
  const url = resolve(path, root);
  // A scheme, a host, a way up, and all that stands for these make another address than the two put together. A
  // percent sign may become one of them where a server decodes it.
  if (url && path !== "" && url.href === root + path && !/[%?#]/.test(path)) return url;
  if (url && isAllowed(path, allowOrigins)) return url;
  throw new ClassifierError(
    "bad-bundle",
    `The file bundle.json names a file outside of its own folder (${JSON.stringify(path)}). The site must be built again, or the origin be allowed by name (allowOrigins).`,
  );
}

/**
 * Only what is an address from its first letter on, exactly as it is asked for, can be of another origin.
 *
 * @param {string} path
 * @param {readonly string[]} allowOrigins
 * @returns {boolean}
 */
export function isAllowed(path, allowOrigins) {
  return allowOrigins.some((origin) => {
    const allowed = resolve(origin)?.origin;
    const url = resolve(path);
    return allowed !== undefined && allowed !== "null" && url?.origin === allowed && url.href === path;
  });
}

/**
 * @param {string} path
 * @param {string} [root]
 * @returns {URL | null}
 */
function resolve(path, root) {
  try {
    return new URL(path, root);
  } catch {
    return null;
  }
}
