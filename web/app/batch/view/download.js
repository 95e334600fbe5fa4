import { byId } from "../../ui/dom.js";
import { size } from "./words.js";

/** @typedef {import("../types.js").Batch} Batch */

/** Milliseconds after which a browser has taken what it was given. */
const TAKEN = 60_000;

const escape = byId("batch-escape", HTMLInputElement);
const saved = byId("batch-saved");

/** @type {Batch | null} */
let batch = null;
let busy = false;
/** @type {(error: unknown) => void} */
let fail = () => {};

/** @param {(error: unknown) => void} onError */
export function onDownloadError(onError) {
  fail = onError;
}

/** @param {Batch} next */
export function offerDownload(next) {
  batch = next;
  saved.textContent = "";
}

/** @param {"csv" | "jsonl"} format */
async function download(format) {
  if (!batch || busy) return;
  busy = true;
  saved.textContent = "Writing the file…";
  try {
    const blob = await batch.download(format, { escapeFormulae: format === "csv" && escape.checked });
    const name = `${batch.source.name.replace(/\.[A-Za-z]{1,6}$/, "")}-classified.${format}`;
    hand(blob, name);
    saved.textContent = `${name}, ${size(blob.size)}`;
  } catch (error) {
    saved.textContent = "";
    fail(error);
  } finally {
    busy = false;
  }
}

/**
 * @param {Blob} blob
 * @param {string} name
 */
function hand(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), TAKEN);
}

byId("batch-csv").addEventListener("click", () => download("csv"));
byId("batch-jsonl").addEventListener("click", () => download("jsonl"));
