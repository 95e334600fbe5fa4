import { formatCount } from "../format.js";
import { byId } from "../ui/dom.js";
import * as batches from "./batch.js";
import { forgetFile, forgetText, onTable } from "./view/choose.js";
import { onDownloadError } from "./view/download.js";
import { discardJob, runJob } from "./view/job.js";
import { onCell } from "./view/matrix.js";
import { onShow } from "./view/one-row.js";
import { chosenColumns, showPreview } from "./view/preview.js";
import { onResultsError, showRows } from "./view/results.js";
import { currentStep, enter, hideError, showError } from "./view/steps.js";
import { rows } from "./view/words.js";

/**
 * The tool for tables and lists: from the file to the answers.
 *
 * @typedef {import("../tools.js").Page} Page
 * @typedef {import("./view/choose.js").Table} Table
 * @typedef {import("./types.js").Source} Source
 */

const wait = byId("batch-wait");

/** @type {Page} */
let page;
/** @type {Source | null} */
let source = null;
/** Whether a job was left behind is known when this is settled. */
let looked = Promise.resolve();
/** @type {Table | null} what was chosen before that was known */
let pending = null;
let busy = false;

/**
 * @param {HTMLElement} root
 * @param {Page} given
 */
export function open(root, given) {
  page = given;
  onTable(root, () => !busy && ["choose", "preview"].includes(currentStep()), take);
  onShow(page.show);
  onCell((truth, label) => showRows({ truth, label }));
  onResultsError(showError);
  onDownloadError(showError);
  onClick("batch-start", start);
  onClick("batch-other", chooseAnother);
  onClick("batch-again", chooseAnother);
  onClick("batch-resume", resume);
  onClick("batch-forget", forget);
  enter("choose");
  looked = lookForLeftOver().catch(showError);
}

/**
 * One thing at a time: a second click while the first is at work does nothing.
 *
 * @param {() => Promise<unknown>} task
 */
async function once(task) {
  if (busy) return;
  busy = true;
  hideError();
  try {
    await task();
  } catch (error) {
    showError(error);
  } finally {
    busy = false;
    tell("");
  }
}

/** @param {string} words */
function tell(words) {
  wait.textContent = words;
  wait.hidden = words === "";
}

/**
 * @param {string} id
 * @param {() => Promise<unknown>} task
 */
function onClick(id, task) {
  byId(id).addEventListener("click", () => once(task));
}

async function lookForLeftOver() {
  const left = await batches.findLeftOver(await page.classifier());
  if (!left) return;
  const { name, done, total } = left;
  const share = total === null ? rows(done) : `${formatCount(done)} of ${rows(total)}`;
  const isDone = done === total;
  byId("batch-left-text").textContent = `${name} is still here from before: ${isDone ? `all ${share}` : share} done.`;
  byId("batch-resume").textContent = isDone ? "Show the answers" : "Go on";
  enter("left");
}

async function forget() {
  await batches.discardLeftOver();
  enter("choose");
  if (pending) await read(pending);
  pending = null;
}

/** @param {Table} table */
function take(table) {
  return once(async () => {
    forgetFile();
    tell("Reading the first rows, as soon as the model is there…");
    await looked;
    if (currentStep() === "left") pending = table;
    else await read(table);
  });
}

/** @param {Table} table */
async function read(table) {
  const { labels } = await page.classifier();
  source = await batches.openSource(table, labels);
  forgetText();
  showPreview(source);
  enter("preview");
}

async function start() {
  if (!source) return;
  const classifier = await page.classifier();
  const batch = await batches.startBatch(source, chosenColumns(), classifier);
  void runJob(batch, classifier.labels);
}

async function resume() {
  pending = null;
  const classifier = await page.classifier();
  void runJob(await batches.resumeBatch(classifier), classifier.labels);
}

async function chooseAnother() {
  await discardJob();
  source = null;
  enter("choose");
}
