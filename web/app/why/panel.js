import { ClassifierError } from "../../classifier/plain.js";
import { currentAnswer, onAnswer, onText } from "../answers.js";
import { cutOf } from "../cut.js";
import { debounce } from "../latest.js";
import { announce } from "../ui/announce.js";
import { letChoose, setChosen } from "../ui/results.js";
import { showExplanation, showProblem, showWeighing, summarize } from "./view.js";

/** @typedef {import("../answers.js").Answer} Answer */

/** Milliseconds of rest before a new text is explained without being asked for. */
const REST = 500;
/** Milliseconds before it is said that it takes a while. */
const PATIENCE = 250;
/** What happens to an explanation that nobody waits for any more. */
const SILENT = ["superseded", "closed"];

/**
 * @param {HTMLElement} button
 * @param {HTMLElement} panel
 */
export function createWhy(button, panel) {
  let open = false;
  let stop = new AbortController();

  const toggle = () => {
    open = !open;
    button.setAttribute("aria-expanded", String(open));
    panel.hidden = !open;
    letChoose(open ? (label) => void explain(label) : null);
    const answer = currentAnswer();
    if (open && answer) void explain(answer.prediction.label);
    else forget();
  };

  const forget = () => {
    stop.abort();
    panel.replaceChildren();
    setChosen(null);
  };

  /**
   * @param {string} label
   * @param {boolean} [asked] by the person, who then hears of it
   */
  const explain = async (label, asked = true) => {
    const answer = currentAnswer();
    if (!open || !answer) return;
    stop.abort();
    stop = new AbortController();
    const { signal } = stop;
    setChosen(label);
    const late = setTimeout(() => signal.aborted || showWeighing(panel), PATIENCE);
    try {
      const explanation = await answer.classifier.explain(answer.text, { label, signal });
      const cut = await cutOf(answer, signal);
      if (signal.aborted) return;
      showExplanation(panel, answer.text, explanation, cut);
      if (asked) announce(summarize(explanation));
    } catch (error) {
      const silent = signal.aborted || (error instanceof ClassifierError && SILENT.includes(error.code));
      if (!silent) showProblem(panel, error);
    } finally {
      clearTimeout(late);
    }
  };

  const explainSoon = debounce((/** @type {Answer} */ answer) => {
    if (answer === currentAnswer()) void explain(answer.prediction.label, false);
  }, REST);

  onText(() => open && forget());
  onAnswer((answer) => {
    if (!answer && open) toggle();
    else if (answer && open) {
      forget(); // the words of another answer, should it have come while this one was typed
      explainSoon(answer);
    }
  });
  return { toggle };
}
