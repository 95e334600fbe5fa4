import { ask } from "./client.js";
import { Job } from "./job.js";
import { BatchError } from "./errors.js";
import { Tally } from "./tally.js";

/**
 * Tables of any length through the classifier: read by a worker, kept in the browser's store with their answers, so
 * that a closed tab loses nothing. See types.js.
 *
 * @typedef {import("../../classifier/plain.js").Classifier} Classifier
 * @typedef {import("./types.js").Source} Source
 * @typedef {import("./types.js").Choice} Choice
 * @typedef {import("./types.js").Batch} Batch
 */

export { BatchError };

/** What stands for the name of a text that was pasted. */
const PASTED = "The pasted text";
/** @type {WeakMap<Source, Blob>} */
const files = new WeakMap();

/**
 * @param {Blob & { name?: string }} file
 * @param {readonly string[]} labels of the model
 * @returns {Promise<Source>} rejects with a BatchError
 */
export async function openSource(file, labels) {
  /** @type {Source} */
  const source = await ask("preview", { file, name: file.name ?? PASTED, labels: [...labels] });
  files.set(source, file);
  return source;
}

/**
 * Begins a job, which takes the place of one that was left behind.
 *
 * @param {Source} source from openSource
 * @param {Choice} choice
 * @param {Classifier} classifier
 * @returns {Promise<Batch>} rejects with a BatchError
 */
export async function startBatch(source, choice, classifier) {
  const file = files.get(source);
  if (!file) throw new BatchError("The table is no longer there: choose the file again.");
  const { preview: _, ...kept } = source;
  const labels = [...classifier.labels];
  const job = { source: kept, choice: { ...choice }, model: classifier.bundle.version, labels, whole: false };
  const { lasting } = await ask("begin", { file, job });
  return new Job(classifier, { source, choice, total: null, done: 0, counts: new Tally(labels).counts, lasting });
}

/**
 * @param {Classifier} classifier
 * @returns {Promise<import("./types.js").LeftOver | null>} a job of this very model that no tab works on
 */
export async function findLeftOver(classifier) {
  return ask("left", { model: classifier.bundle.version });
}

/**
 * @param {Classifier} classifier
 * @returns {Promise<Batch>} the job that was left behind, to be run from where it stopped; rejects with a BatchError
 */
export async function resumeBatch(classifier) {
  const opened = await ask("resume", { model: classifier.bundle.version });
  return new Job(classifier, { ...opened, lasting: true });
}

/** Forgets the job that was left behind. */
export async function discardLeftOver() {
  await ask("discard");
}
