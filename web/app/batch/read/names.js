/** Words of a heading, at most, where a single column has one: what is longer is the first text. */
const WORDS = 3;

/**
 * Whether the first line of a file with one column names it. Of more columns it always does.
 *
 * @param {string[]} cells of the first row
 */
export function isHeading(cells) {
  if (cells.length > 1) return true;
  const [only = ""] = cells;
  return only.trim().split(/\s+/).length <= WORDS && !/[.!?…]$/.test(only.trim());
}

/**
 * Names that differ: an empty one says where its column is, a second of the same name gets a number.
 *
 * @param {readonly string[]} names
 * @returns {string[]}
 */
export function uniqueNames(names) {
  const all = new Set(names);
  /** @type {Set<string>} */
  const taken = new Set();
  return names.map((name, place) => {
    const wanted = name.trim() === "" ? `column ${place + 1}` : name;
    let found = wanted;
    for (let number = 2; taken.has(found) || (found !== name && all.has(found)); number++) found = `${wanted}_${number}`;
    taken.add(found);
    return found;
  });
}

/**
 * @param {readonly string[]} names that are there
 * @param {number} count of columns that there shall be
 * @returns {string[]} all of them, those that are missing made up
 */
export function widened(names, count) {
  return uniqueNames([...names, ...Array(Math.max(0, count - names.length)).fill("")]);
}

/**
 * @param {string} wanted
 * @param {readonly string[]} names
 * @returns {string} the same, with a number where it is taken
 */
export function unusedName(wanted, names) {
  let found = wanted;
  for (let number = 2; names.includes(found); number++) found = `${wanted}_${number}`;
  return found;
}
