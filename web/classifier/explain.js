import { ClassifierError } from "./errors.js";
import { findWords, without } from "./words.js";

/**
 * @typedef {import("./types.js").Prediction} Prediction
 * @typedef {import("./words.js").Word & { weight: number }} WeighedWord weight: how much more probable the label is
 *   with the word than without it
 * @typedef {{ label: string, probability: number, words: WeighedWord[] }} Explanation
 *
 * @typedef {object} Answers how texts are answered; both may run beside each other
 * @property {(text: string, signal: AbortSignal) => Promise<Prediction>} classify with all scores
 * @property {(text: string, signal: AbortSignal) => Promise<{ truncated: boolean }>} measure
 */

/** Explanations that are kept: a person goes back and forth between a few texts. */
const KEPT = 20;

/** Explains answers by leaving out one word at a time. The next call takes the place of the one before. */
export class Explainer {
  #answers;
  /** @type {Map<string, Explanation>} */
  #kept = new Map();
  /** @type {AbortController | null} */
  #current = null;

  /** @param {Answers} answers */
  constructor(answers) {
    this.#answers = answers;
  }

  /**
   * @param {string} text
   * @param {{ label?: string, signal?: AbortSignal }} [options] label: the first one of the answer where it is left out
   * @returns {Promise<Explanation>}
   */
  async explain(text, { label, signal } = {}) {
    signal?.throwIfAborted();
    const next = new ClassifierError("superseded", "This explanation was given up, since a later one was asked for.");
    this.#current?.abort(next);
    const own = new AbortController();
    this.#current = own;
    const key = JSON.stringify([text, label ?? null]);
    const kept = this.#kept.get(key);
    if (kept) return structuredClone(kept);
    const cancel = () => own.abort(signal?.reason);
    signal?.addEventListener("abort", cancel);
    try {
      const explanation = await this.#explain(text, label, own.signal);
      this.#keep(key, explanation);
      return structuredClone(explanation);
    } catch (error) {
      own.abort(error); // the other words are not asked for any more
      throw error;
    } finally {
      signal?.removeEventListener("abort", cancel);
      if (this.#current === own) this.#current = null;
    }
  }

  /**
   * @param {string} text
   * @param {string | undefined} wanted
   * @param {AbortSignal} signal
   * @returns {Promise<Explanation>}
   */
  async #explain(text, wanted, signal) {
    const whole = await this.#answers.classify(text, signal);
    const label = wanted ?? whole.label;
    const probability = probabilityOf(whole, label);
    const words = findWords(text);
    const read = whole.truncated ? await this.#countRead(text, words, signal) : words.length;
    /** @type {Map<string, Promise<number>>} two words may leave the same text behind */
    const asked = new Map();
    const ask = (/** @type {string} */ rest) => {
      const answer = this.#answers.classify(rest, signal).then((prediction) => probabilityOf(prediction, label));
      asked.set(rest, answer);
      return answer;
    };
    const rests = words.slice(0, read).map((word) => without(text, word));
    const probabilities = await Promise.all(rests.map((rest) => asked.get(rest) ?? ask(rest)));
    // What the model has not read cannot have changed its answer.
    const weights = words.map((_, index) => probability - (probabilities[index] ?? probability));
    return { label, probability, words: words.map((word, index) => ({ ...word, weight: weights[index] ?? 0 })) };
  }

  /**
   * @param {string} text
   * @param {import("./words.js").Word[]} words
   * @param {AbortSignal} signal
   * @returns {Promise<number>} how many words begin before the model stops reading
   */
  async #countRead(text, words, signal) {
    let [low, high] = [0, words.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const { truncated } = await this.#answers.measure(text.slice(0, words[middle]?.start), signal);
      if (truncated) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /**
   * @param {string} key
   * @param {Explanation} explanation
   */
  #keep(key, explanation) {
    this.#kept.set(key, explanation);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT && oldest !== undefined) this.#kept.delete(oldest);
  }
}

/**
 * @param {Prediction} prediction
 * @param {string} label
 * @returns {number}
 */
function probabilityOf({ scores }, label) {
  const found = scores.find((score) => score.label === label);
  if (found) return found.probability;
  throw new ClassifierError("bad-argument", `The model has no label ${JSON.stringify(label)}; see labels.`);
}
