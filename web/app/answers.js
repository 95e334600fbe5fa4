/**
 * What the page shows, and who wants to know of it. A text that changes makes the answer an old one at once; the next
 * answer comes when the model has read the new text.
 *
 * @typedef {import("../classifier/plain.js").Classifier} Classifier
 * @typedef {import("../classifier/plain.js").Prediction} Prediction
 *
 * @typedef {{ text: string, prediction: Prediction, classifier: Classifier }} Answer with the scores of all labels
 */

/** @type {Answer | null} */
let current = null;
/** @type {((answer: Answer | null) => void)[]} */
const onAnswers = [];
/** @type {(() => void)[]} */
const onTexts = [];

/** @returns {Answer | null} the one that is shown */
export function currentAnswer() {
  return current;
}

/** @param {Answer | null} answer null where nothing is answered any more */
export function setAnswer(answer) {
  current = answer;
  for (const listener of onAnswers) listener(answer);
}

/** Says that the text is another one now. */
export function changeText() {
  for (const listener of onTexts) listener();
}

/**
 * Hears of every answer, of the one that is shown already too.
 *
 * @param {(answer: Answer | null) => void} listener
 */
export function onAnswer(listener) {
  onAnswers.push(listener);
  if (current) listener(current);
}

/** @param {() => void} listener */
export function onText(listener) {
  onTexts.push(listener);
}
