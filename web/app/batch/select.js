/**
 * @typedef {import("./types.js").Query} Query
 * @typedef {import("./columns.js").Columns} Columns
 */

/**
 * Which rows that are done a query wants, in its order. Rows without an answer come last where answers decide.
 *
 * @param {Query} query
 * @param {Columns} columns
 * @param {readonly string[]} labels
 * @param {Uint32Array | null} matches rows in which the searched text stands, ascending; null without a search
 * @returns {Uint32Array}
 */
export function select(query, columns, labels, matches) {
  const rows = filter(query, columns, labels, matches);
  if (query.sort === "probability") return byAnswer(rows, columns, columns.probabilities, query.descending ?? false);
  if (query.sort === "label") return byAnswer(rows, columns, ranks(columns, labels), query.descending ?? false);
  return query.descending ? rows.reverse() : rows;
}

/**
 * @param {Query} query
 * @param {Columns} columns
 * @param {readonly string[]} labels
 * @param {Uint32Array | null} matches
 */
function filter({ label, truth, unsureOnly, failedOnly }, columns, labels, matches) {
  const { problems, unsure, done } = columns;
  const wanted = isGiven(label) ? labels.indexOf(label) : null;
  const known = isGiven(truth) ? labels.indexOf(truth) : null;
  const rows = new Uint32Array(matches ? matches.length : done);
  let count = 0;
  for (let place = 0; place < rows.length; place++) {
    const row = matches ? Number(matches[place]) : place;
    const failed = problems[row] !== 0;
    if (wanted !== null && (failed || columns.labels[row] !== wanted)) continue;
    if (known !== null && columns.truths[row] !== known) continue;
    if (unsureOnly && (failed || unsure[row] !== 1)) continue;
    if (failedOnly && !failed) continue;
    rows[count++] = row;
  }
  return rows.subarray(0, count);
}

/**
 * @param {string | null | undefined} value
 * @returns {value is string}
 */
function isGiven(value) {
  return value !== null && value !== undefined;
}

/**
 * @param {Uint32Array} rows ascending
 * @param {Columns} columns
 * @param {Float64Array | Uint16Array} keys of every row
 * @param {boolean} descending
 */
function byAnswer(rows, { problems }, keys, descending) {
  const answered = rows.filter((row) => problems[row] === 0);
  const failed = rows.filter((row) => problems[row] !== 0);
  const sign = descending ? -1 : 1;
  answered.sort((a, b) => sign * (Number(keys[a]) - Number(keys[b])) || a - b);
  const sorted = new Uint32Array(rows.length);
  sorted.set(answered);
  sorted.set(failed, answered.length);
  return sorted;
}

/**
 * @param {Columns} columns
 * @param {readonly string[]} labels
 * @returns {Uint16Array} the place of every row's label in the alphabet
 */
function ranks(columns, labels) {
  const order = labels.map((_, place) => place).sort((a, b) => String(labels[a]).localeCompare(String(labels[b])));
  const rank = new Uint16Array(labels.length);
  order.forEach((place, at) => (rank[place] = at));
  return columns.labels.subarray(0, columns.done).map((place) => rank[place] ?? 0);
}
