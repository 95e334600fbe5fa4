import { byId } from "../../ui/dom.js";

/** The three ways in which a table comes to the page: chosen, dropped, pasted. */

/** @typedef {Blob & { name?: string }} Table */

const input = byId("batch-file", HTMLInputElement);
const area = byId("batch-text", HTMLTextAreaElement);

/**
 * @param {HTMLElement} root where a file may be dropped
 * @param {() => boolean} isWanted whether a table may come now
 * @param {(table: Table) => void} take
 */
export function onTable(root, isWanted, take) {
  input.addEventListener("change", () => {
    const file = input.files?.[0];
    if (file) take(file);
  });
  byId("batch-use").addEventListener("click", () => takeText(area.value, take));
  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) takeText(area.value, take);
  });
  root.addEventListener("paste", (event) => {
    if (isTextField(event.target) || !event.clipboardData || !isWanted()) return;
    event.preventDefault();
    takeTransfer(event.clipboardData, take);
  });
  onDrop(root, isWanted, take);
}

/** So that the same file can be chosen again. */
export function forgetFile() {
  input.value = "";
}

export function forgetText() {
  area.value = "";
}

/**
 * @param {HTMLElement} root
 * @param {() => boolean} isWanted
 * @param {(table: Table) => void} take
 */
function onDrop(root, isWanted, take) {
  // Entering a child comes before leaving its parent.
  let inside = 0;
  const mark = (/** @type {number} */ change) => {
    inside = Math.max(0, inside + change);
    root.toggleAttribute("data-over", inside > 0 && isWanted());
  };
  root.addEventListener("dragenter", () => mark(1));
  root.addEventListener("dragleave", () => mark(-1));
  // A browser would leave the page for the file, also where none is wanted.
  root.addEventListener("dragover", (event) => {
    if (isTextField(event.target) && !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
  });
  root.addEventListener("drop", (event) => {
    mark(-inside);
    if (isTextField(event.target) && !event.dataTransfer?.files.length) return;
    event.preventDefault();
    if (event.dataTransfer && isWanted()) takeTransfer(event.dataTransfer, take);
  });
}

/**
 * @param {DataTransfer} transfer
 * @param {(table: Table) => void} take
 */
function takeTransfer(transfer, take) {
  const [file] = transfer.files;
  if (file) take(file);
  else takeText(transfer.getData("text/plain"), take);
}

/**
 * @param {string} text
 * @param {(table: Table) => void} take
 */
function takeText(text, take) {
  if (text.trim() === "") area.focus();
  else take(new Blob([text], { type: "text/plain" }));
}

/** @param {EventTarget | null} target */
function isTextField(target) {
  return target instanceof HTMLTextAreaElement || (target instanceof HTMLInputElement && target.type !== "file" && target.type !== "checkbox");
}
