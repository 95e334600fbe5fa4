/**
 * Requests of a page, by where they went.
 *
 * @typedef {object} Asked a performance entry, as far as it is read here
 * @property {string} name its address
 * @property {number} transferSize bytes that came over the network; 0 where a store or cache answered, or where the
 *   browser does not say
 *
 * @typedef {object} Origin
 * @property {string} origin
 * @property {boolean} own
 * @property {number} requests
 * @property {number} bytes received
 */

/**
 * @param {readonly Asked[]} entries
 * @param {string} own the origin of the page
 * @returns {Origin[]} the own one first, and there even if nothing was asked of it; then those that were asked most
 */
export function byOrigin(entries, own) {
  /** @type {Map<string, Origin>} */
  const found = new Map([[own, { origin: own, own: true, requests: 0, bytes: 0 }]]);
  for (const { name, transferSize } of entries) {
    if (name.startsWith("data:")) continue; // carries its content in its name, and is asked of nobody
    const origin = originOf(name);
    const row = found.get(origin) ?? { origin, own: false, requests: 0, bytes: 0 };
    row.requests += 1;
    row.bytes += transferSize;
    found.set(origin, row);
  }
  const [first, ...others] = found.values();
  others.sort((a, b) => b.requests - a.requests || a.origin.localeCompare(b.origin));
  return [/** @type {Origin} */ (first), ...others];
}

/**
 * A blob has the origin of the page that made it; what has none is named by its scheme.
 *
 * @param {string} address
 */
function originOf(address) {
  try {
    const { origin, protocol } = new URL(address);
    return origin === "null" ? protocol : origin;
  } catch {
    return address;
  }
}
