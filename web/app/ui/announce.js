import { debounce } from "../latest.js";
import { byId } from "./dom.js";

/** A screen reader hears the answer to a text that has rested for a second, not to every keystroke. */
const REST = 1000;

// One region for each kind of message, so that neither can take the words of the other back.
const news = byId("news");
const answer = byId("spoken-answer");

/**
 * Says at once what has happened to the page.
 *
 * @param {string} text
 */
export function announce(text) {
  news.textContent = text;
}

/**
 * Says an answer once its text has rested; the empty one takes back what has not been said.
 *
 * @type {(text: string) => void}
 */
export const announceAnswer = debounce((text) => {
  answer.textContent = text;
}, REST);
