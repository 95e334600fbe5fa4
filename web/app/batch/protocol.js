/**
 * What the page and the worker that reads tables say to each other: the page calls, each call has an answer, a reading
 * has news before it.
 *
 * @typedef {import("./types.js").Choice} Choice
 * @typedef {import("./types.js").Source} Source
 *
 * @typedef {object} Answers of consecutive rows
 * @property {Uint8Array} problems places in PROBLEMS
 * @property {Uint16Array} labels places in the model's labels, or NONE
 * @property {Float64Array} probabilities
 * @property {Uint8Array} unsure 0 or 1
 *
 * @typedef {object} Texts of consecutive rows, to be answered
 * @property {number} from
 * @property {string[]} texts "" where there is a problem
 * @property {Uint8Array} problems
 * @property {Uint16Array} truths
 *
 * @typedef {object} Job what is kept of one besides its rows
 * @property {Omit<Source, "preview">} source
 * @property {Choice} choice
 * @property {string} model version of the bundle
 * @property {string[]} labels
 * @property {boolean} whole whether all rows were read
 *
 * @typedef {object} Opened
 * @property {Source} source
 * @property {Choice} choice
 * @property {number} total
 * @property {number} done
 * @property {import("./tally.js").Counts} counts
 *
 * @typedef {{ id: number, method: string, value: any }} Request
 * @typedef {object} Reply
 * @property {number} id
 * @property {any} [result]
 * @property {any} [news]
 * @property {import("./errors.js").ErrorRecord} [error]
 */

export {};
