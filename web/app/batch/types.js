/**
 * What the parts of the batch tool give each other. Nothing here runs, so that no browser loads it.
 *
 * @typedef {"csv" | "tsv" | "jsonl" | "txt"} Format
 *
 * @typedef {object} Source a table that was opened, and read as far as its preview
 * @property {string} name of the file, or what stands for it where text was pasted
 * @property {number} bytes
 * @property {Format} format
 * @property {string[]} columns in their order; a list of texts has one
 * @property {string[][]} preview the first rows, cells in the order of the columns
 * @property {string} textColumn the likeliest one
 * @property {string | null} labelColumn one whose values are labels of the model
 *
 * @typedef {object} Choice
 * @property {string} textColumn
 * @property {string | null} labelColumn what is compared with the answers, if anything
 *
 * @typedef {object} Progress
 * @property {number} done rows, those without an answer too
 * @property {number} failed rows without a usable text
 * @property {number | null} total null until the whole file has been read
 * @property {number} [read] share of the file that has been read, 0 to 1, while it is
 * @property {number} rowsPerSecond
 * @property {number | null} secondsLeft
 * @property {"reading" | "running" | "paused" | "finished" | "cancelled"} state
 *
 * @typedef {object} BatchRow
 * @property {number} index from 0, in the order of the file
 * @property {string[]} cells as in the file, one for each of the batch's columns
 * @property {string} text
 * @property {string | null} label null where there is no answer
 * @property {number | null} probability
 * @property {boolean} unsure
 * @property {string | null} truth from the label column
 * @property {string | null} error why there is no answer, one sentence
 *
 * @typedef {object} Query which rows, and in which order
 * @property {string | null} [label]
 * @property {string | null} [truth]
 * @property {boolean} [unsureOnly]
 * @property {boolean} [failedOnly]
 * @property {string} [search] anywhere in a text, in either case
 * @property {"index" | "label" | "probability"} [sort]
 * @property {boolean} [descending]
 *
 * @typedef {object} Distribution
 * @property {{ label: string, count: number }[]} labels all of the model, in its order
 * @property {number} unsure
 * @property {number} failed
 *
 * @typedef {object} Bin one of fifteen of equal width, as training/measure/reliability.py has them
 * @property {number} count
 * @property {number} confidence mean probability
 * @property {number} accuracy
 *
 * @typedef {object} Evaluation as scikit-learn computes it over the rows that have an answer and a known label
 * @property {number} count
 * @property {number} unknown rows whose label the model does not have
 * @property {number} accuracy
 * @property {number} macroF1 over the labels that occur, as truth or as answer
 * @property {{ label: string, precision: number, recall: number, f1: number, support: number }[]} classes
 * @property {string[]} labels of rows and columns of the matrix: those of the model, in its order
 * @property {number[][]} confusion [truth][answer]
 * @property {number} calibrationError
 * @property {Bin[]} bins
 *
 * @typedef {object} LeftOver a job that a closed tab left behind, finished or not
 * @property {string} name
 * @property {number} done
 * @property {number | null} total
 * @property {Choice} choice
 *
 * @typedef {object} Batch a job; batch.js makes one
 * @property {Source} source once the whole file has been read, its columns are all there are: rows that are longer than
 *   the heading, and keys that JSON objects have later on, make further ones
 * @property {Choice} choice
 * @property {Progress} progress
 * @property {string | null} notice what a person should know before it runs: that this window stores nothing
 * @property {(onProgress: (progress: Progress) => void) => Promise<void>} run until it is finished or cancelled; rejects with a BatchError.
 *   Called again it goes on where it stopped
 * @property {() => void} pause
 * @property {() => void} go goes on after a pause
 * @property {() => Promise<void>} cancel what is answered stays to be looked at
 * @property {(query: Query) => Promise<number>} count of the rows that are done: those that are not yet are no rows of a
 *   query; a search rejects with an AbortError when another one takes its place
 * @property {(query: Query, from: number, to: number) => Promise<BatchRow[]>} rows
 * @property {() => Distribution} distribution
 * @property {() => Evaluation | null} evaluate null without a label column
 * @property {(format: "csv" | "jsonl", options: { escapeFormulae: boolean }) => Promise<Blob>} download
 * @property {() => Promise<void>} discard forgets all of it
 *
 * What batch.js exports:
 *
 * @typedef {object} BatchModule
 * @property {(file: Blob & { name?: string }, labels: readonly string[]) => Promise<Source>} openSource rejects with a BatchError
 * @property {(source: Source, choice: Choice, classifier: import("../../classifier/plain.js").Classifier) => Promise<Batch>} startBatch
 *   takes the place of a job that was left behind
 * @property {(classifier: import("../../classifier/plain.js").Classifier) => Promise<LeftOver | null>} findLeftOver of this very model
 * @property {(classifier: import("../../classifier/plain.js").Classifier) => Promise<Batch>} resumeBatch
 * @property {() => Promise<void>} discardLeftOver
 */

export {};
