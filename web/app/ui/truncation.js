import { currentAnswer, onAnswer, onText } from "../answers.js";
import { formatCount } from "../format.js";
import { debounce } from "../latest.js";
import { byId, create } from "./dom.js";

/** Milliseconds of rest before the place is looked for, which takes the model some texts. */
const REST = 400;
/** UTF-16 units on either side that are shown. */
const AROUND = 70;

const box = byId("truncation");
const sentence = byId("truncation-text");
const line = byId("cut");
let stop = new AbortController();

function forget() {
  stop.abort();
  line.hidden = true;
  line.replaceChildren();
}

const look = debounce(async (/** @type {import("../answers.js").Answer | null} */ answer) => {
  if (!answer?.prediction.truncated || answer !== currentAnswer()) return;
  stop = new AbortController();
  const { signal } = stop;
  try {
    const { cutOf } = await import("../cut.js");
    const cut = await cutOf(answer, signal);
    if (!signal.aborted) show(answer.text, cut);
  } catch {
    // The sentence above says already that the text was cut; where, is an extra.
  }
}, REST);

onText(forget);
onAnswer((answer) => {
  forget();
  const { tokens = 0, totalTokens = 0, truncated = false } = answer?.prediction ?? {};
  box.hidden = !truncated;
  sentence.textContent = truncated ? `Only the first ${formatCount(tokens)} of ${formatCount(totalTokens)} tokens were read.` : "";
  look(answer);
});

/**
 * @param {string} text
 * @param {number} cut
 */
function show(text, cut) {
  const read = text.slice(0, cut);
  const unread = text.slice(cut);
  const before = read.length > AROUND ? `… ${read.slice(-AROUND).replace(/^\S*\s+/, "")}` : read;
  const after = unread.length > AROUND ? `${unread.slice(0, AROUND).replace(/\s+\S*$/, "")} …` : unread;
  line.replaceChildren(before, createCut(), create("span", { class: "unread" }, after));
  line.hidden = false;
}

/** @returns {HTMLElement} what stands where the model stopped reading */
export function createCut() {
  return create("span", { class: "cut-mark" }, "not read from here: ");
}
