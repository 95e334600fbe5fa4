import { byId } from "../../ui/dom.js";
import { showCompared } from "./compared.js";
import { offerDownload } from "./download.js";
import { finishResults, openResults, refreshResults } from "./results.js";
import { openRun, sayEnd, showRun } from "./run.js";
import { currentStep, enter, hideError, showError } from "./steps.js";

/** @typedef {import("../types.js").Batch} Batch */

/** Milliseconds between two looks at the answers while they come in. */
const LOOK = 1500;

const goOn = byId("batch-go-on");

/** @type {Batch | null} */
let job = null;

/** @type {() => void} */
let again = () => {};

/**
 * Until it has ended, in whatever way; one that was cancelled or has failed can be gone on with.
 *
 * @param {Batch} batch
 * @param {readonly string[]} labels of the model
 */
export async function runJob(batch, labels) {
  job = batch;
  again = () => {
    hideError();
    if (job === batch) void runJob(batch, labels);
  };
  openRun(batch);
  openResults(batch, labels);
  showCompared(null);
  offerDownload(batch);
  enter("reading");
  const looking = setInterval(look, LOOK, batch);
  /** @type {unknown} */
  let failure = null;
  try {
    await batch.run(showRun);
  } catch (error) {
    failure = error ?? new Error("The run has stopped.");
  } finally {
    clearInterval(looking);
  }
  if (batch !== job) return;
  await end(batch);
  if (failure) showError(failure, again);
  else sayEnd(batch.progress);
}

/** @param {Batch} batch */
function look(batch) {
  if (document.hidden || batch.progress.state === "reading" || batch.progress.done === 0) return;
  if (currentStep() === "reading") enter("run");
  void refreshResults();
}

/** @param {Batch} batch */
async function end(batch) {
  enter("done");
  goOn.hidden = batch.progress.state === "finished";
  try {
    showCompared(batch.evaluate());
    await finishResults();
  } catch (error) {
    showError(error);
  }
}

export async function discardJob() {
  await job?.discard();
  job = null;
}

goOn.addEventListener("click", () => again());
