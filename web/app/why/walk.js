/** Milliseconds in which the pointer may go from a word to its number. */
const LINGER = 200;

/**
 * Lets people go from word to word: with the arrow keys, all words being one stop of the Tab key, and with a pointer.
 * The number of a word stays until the person goes on or presses Escape (WCAG 2.2, 1.4.13).
 *
 * @param {HTMLElement} text whose buttons are the words
 * @param {HTMLElement} tip which is shown beside a word; positioned in the same box as the text
 * @param {(word: HTMLElement) => string} describe
 */
export function letWalk(text, tip, describe) {
  const words = /** @type {HTMLElement[]} */ ([...text.querySelectorAll("[role=button]")]);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let leaving;

  const hide = () => {
    clearTimeout(leaving);
    tip.hidden = true;
  };
  const show = (/** @type {HTMLElement} */ word) => {
    clearTimeout(leaving);
    tip.textContent = describe(word);
    tip.hidden = false;
    place(tip, word, text);
  };
  const leave = () => {
    clearTimeout(leaving);
    leaving = setTimeout(() => {
      const focused = words.find((word) => word === document.activeElement);
      if (focused) show(focused);
      else hide();
    }, LINGER);
  };
  const go = (/** @type {HTMLElement | undefined} */ word) => {
    if (!word) return;
    for (const other of words) other.tabIndex = other === word ? 0 : -1;
    word.focus();
  };

  if (words[0]) words[0].tabIndex = 0;
  for (const word of words) {
    word.addEventListener("pointerenter", () => show(word));
    word.addEventListener("pointerleave", leave);
    word.addEventListener("focus", () => show(word));
    word.addEventListener("blur", hide);
    word.addEventListener("click", () => go(word));
  }
  tip.addEventListener("pointerenter", () => clearTimeout(leaving));
  tip.addEventListener("pointerleave", leave);
  text.addEventListener("keydown", (event) => {
    const at = words.findIndex((word) => word === document.activeElement);
    const next = stepOf(event.key, getComputedStyle(text).direction === "rtl", words.length, at);
    if (at < 0 || next === null) return;
    event.preventDefault();
    const word = words[next];
    if (next === at && word) show(word); // Enter, after Escape
    else go(word);
  });
  text.ownerDocument.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && text.isConnected) hide();
  });
}

/**
 * @param {string} key
 * @param {boolean} rightToLeft
 * @param {number} count
 * @param {number} at
 * @returns {number | null} the word that a key leads to; null where it leads to none
 */
export function stepOf(key, rightToLeft, count, at) {
  const forward = rightToLeft ? "ArrowLeft" : "ArrowRight";
  const back = rightToLeft ? "ArrowRight" : "ArrowLeft";
  if (key === forward || key === "ArrowDown") return Math.min(at + 1, count - 1);
  if (key === back || key === "ArrowUp") return Math.max(at - 1, 0);
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  return key === "Enter" || key === " " ? at : null;
}

/**
 * Below the word, and inside the box.
 *
 * @param {HTMLElement} tip
 * @param {HTMLElement} word
 * @param {HTMLElement} text
 */
function place(tip, word, text) {
  const box = text.getBoundingClientRect();
  const at = word.getClientRects()[0] ?? box;
  const left = Math.max(0, Math.min(at.left - box.left, box.width - tip.offsetWidth));
  tip.style.setProperty("left", `${left}px`);
  tip.style.setProperty("top", `${at.bottom - box.top}px`);
}
