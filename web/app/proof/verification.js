import { formatCount, formatMilliseconds } from "../format.js";
import { byId, create } from "../ui/dom.js";
import { table } from "./table.js";

/**
 * @typedef {import("../../classifier/plain.js").Verification} Verification
 */

/** Characters of a text that are shown; golden texts may have thousands. */
const SHOWN = 120;

/**
 * Lets the person have the golden texts answered again.
 *
 * @param {import("../tools.js").Page} page
 */
export function offerVerification(page) {
  const start = byId("verify-start", HTMLButtonElement);
  const cancel = byId("verify-cancel", HTMLButtonElement);
  const progress = byId("verify-progress", HTMLProgressElement);
  /** @type {AbortController | null} */
  let stop = null;
  cancel.addEventListener("click", () => stop?.abort());
  start.disabled = false;
  start.addEventListener("click", async () => {
    stop = new AbortController();
    const { signal } = stop;
    enter(true);
    try {
      const classifier = await Promise.race([page.classifier(), aborted(signal)]);
      showResult(await classifier.verify({ onProgress: showProgress, signal }));
    } catch (error) {
      showEnd(signal.aborted ? create("p", {}, `Cancelled after ${formatCount(progress.value)} texts.`) : failure(error));
    } finally {
      enter(false);
    }
  });

  /** @param {boolean} running */
  function enter(running) {
    const hadFocus = document.activeElement === (running ? start : cancel);
    start.hidden = running;
    cancel.hidden = !running;
    progress.hidden = !running;
    if (hadFocus) (running ? cancel : start).focus();
    if (!running) return;
    progress.value = 0;
    showEnd(create("p", {}, "Verifying…"));
  }

  /** @param {{ done: number, total: number }} at */
  function showProgress({ done, total }) {
    progress.max = total;
    progress.value = done;
  }
}

/**
 * @param {AbortSignal} signal
 * @returns {Promise<never>}
 */
function aborted(signal) {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true }));
}

/**
 * @param {Node} said
 * @param {...Node} more
 */
function showEnd(said, ...more) {
  byId("verify-result").replaceChildren(said);
  byId("verify-more").replaceChildren(...more);
}

/** @param {unknown} error */
function failure(error) {
  return create("p", { class: "panel alarm" }, error instanceof Error ? error.message : String(error));
}

/** @param {Verification} result */
function showResult(result) {
  const { passed, texts, differences } = result;
  const figures = create("dl", {}, ...facts(result).flatMap(([term, value]) => [create("dt", {}, term), create("dd", {}, value)]));
  if (passed) {
    const sentence = `Passed: this browser answers the ${formatCount(texts)} texts as Python did, within what rounding explains.`;
    return showEnd(create("p", { class: "verdict" }, sentence), figures);
  }
  const count = differences.length;
  const sentence = `Not passed: ${count === 1 ? "a difference" : `${formatCount(count)} differences`} in ${formatCount(texts)} texts.`;
  const rows = differences.map(({ text, what }) => [create("bdi", {}, shorten(text)), what]);
  const list = table("Each difference that rounding does not explain", ["Text", "What differs"], rows, { class: "differences" });
  showEnd(create("p", { class: "panel alarm" }, sentence), figures, list);
}

/**
 * @param {Verification} result
 * @returns {[term: string, value: string][]}
 */
function facts({ texts, ids, labels, largestLogitDifference, tolerance, milliseconds }) {
  const others =
    labels.differ === 0
      ? ""
      : `; another one for ${formatCount(labels.differ)}, which is allowed where Python’s own scores of the two are at most ${tolerance.margin} apart`;
  return [
    ["Same tokens", `${formatCount(texts - ids.differ)} of ${formatCount(texts)}`],
    ["Same label", `${formatCount(texts - ids.differ - labels.differ)} of ${formatCount(texts - ids.differ)} with the same tokens${others}`],
    ["Farthest score", `${largestLogitDifference.toFixed(3)} from Python’s; ${tolerance.logits} is allowed, since processors round differently`],
    ["Took", formatMilliseconds(milliseconds)],
  ];
}

/** @param {string} text */
function shorten(text) {
  const letters = [...text];
  return letters.length <= SHOWN ? text : `${letters.slice(0, SHOWN).join("")}… (${formatCount(letters.length)} characters)`;
}
