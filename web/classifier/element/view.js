import { styleSheet } from "./styles.js";

/** Milliseconds: a screen reader hears the answer to a text that has rested, not to every keystroke. */
const REST = 1000;

/** @typedef {import("./engines.js").Result} Result */

/** What an element shows. It is made node by node, which every policy allows (Trusted Types, too). */
export class View {
  textBox = create("textarea", { part: "text", id: "text", rows: "3", dir: "auto", "aria-describedby": "status" });
  #label = create("label", { part: "label", for: "text" });
  #progress = create("progress", { part: "progress", "aria-label": "Download of the model", hidden: "" });
  #status = create("p", { part: "status", id: "status", hidden: "" });
  #title = create("p", { part: "title", id: "title" });
  #rows = create("ol", { part: "results", role: "list", "aria-labelledby": "title" });
  #notice = create("p", { part: "notice", hidden: "" });
  #answer = create("div", { part: "answer", hidden: "" }, this.#title, this.#rows, this.#notice);
  #message = create("p", { part: "message" });
  #retry = create("button", { part: "retry", type: "button" }, "Try again");
  #error = create("div", { part: "error", role: "alert", hidden: "" }, this.#message, this.#retry);
  #heard = create("p", { class: "heard", "aria-live": "polite" });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #speech;

  /**
   * @param {ShadowRoot} root
   * @param {{ onInput: () => void, onRetry: () => void }} events
   */
  constructor(root, { onInput, onRetry }) {
    root.adoptedStyleSheets = [styleSheet()];
    root.append(this.#label, this.textBox, this.#progress, this.#status, this.#answer, this.#error, this.#heard);
    this.textBox.addEventListener("input", onInput);
    this.#retry.addEventListener("click", () => {
      this.textBox.focus(); // the button is about to go, and the focus must not fall back to the page's beginning
      onRetry();
    });
  }

  /**
   * @param {string} visible what stands above the box; empty: nothing
   * @param {string} otherwise what the box is called then
   */
  name(visible, otherwise) {
    this.#label.textContent = visible;
    this.#label.hidden = visible === "";
    if (visible) this.textBox.removeAttribute("aria-label");
    else this.textBox.setAttribute("aria-label", otherwise);
  }

  /** @param {import("./engines.js").Progress | null} progress null: before anything is known */
  showLoading(progress) {
    this.#error.hidden = true;
    this.#progress.hidden = this.#status.hidden = false;
    if (progress?.phase === "download" && progress.totalBytes > 0) {
      this.#progress.max = progress.totalBytes;
      this.#progress.value = progress.loadedBytes;
      const bytes = `${megabytes(progress.loadedBytes)} of ${megabytes(progress.totalBytes)} MB`;
      this.#status.textContent = `Loading the model: ${bytes}`;
    } else {
      this.#progress.removeAttribute("value");
      this.#status.textContent = progress ? "Starting the model…" : "Loading the model…";
    }
  }

  hideLoading() {
    this.#progress.hidden = this.#status.hidden = true;
  }

  /** @param {string} message */
  showError(message) {
    this.hideLoading();
    this.clear();
    this.#message.textContent = message;
    this.#error.hidden = false;
  }

  hideError() {
    this.#error.hidden = true;
  }

  /** @param {Result} result */
  show({ scores, unsure, truncated }) {
    // Rows are kept, so that their bars can glide from one answer to the next.
    while (this.#rows.children.length > scores.length) this.#rows.lastElementChild?.remove();
    scores.forEach((score, rank) => fill(this.#rows.children[rank] ?? this.#rows.appendChild(createRow()), score));
    const opening = unsure ? "Not sure, perhaps" : "Most likely";
    const limit = truncated ? "Only the beginning of the text was read." : "";
    this.#title.textContent = opening;
    this.#notice.textContent = limit;
    this.#notice.hidden = limit === "";
    this.#answer.part.toggle("unsure", unsure);
    this.#answer.hidden = false;
    const best = scores[0];
    if (best) this.#saySoon(`${opening} ${best.label}, ${percent(best.probability)}. ${limit}`.trim());
  }

  clear() {
    this.hush();
    this.#answer.hidden = true;
    this.#rows.replaceChildren();
  }

  /** Takes back what has not been said, so that the next words are news even if they are the same. */
  hush() {
    clearTimeout(this.#speech);
    this.#heard.textContent = "";
  }

  /** @param {string} words */
  #saySoon(words) {
    clearTimeout(this.#speech);
    this.#speech = setTimeout(() => {
      this.#heard.textContent = words;
    }, REST);
  }
}

function createRow() {
  const name = create("span", { part: "name", dir: "auto" });
  const bar = create("span", { part: "bar", "aria-hidden": "true" }, create("span", { part: "fill" }));
  return create("li", { part: "row" }, name, create("span", { part: "percent" }), bar);
}

/**
 * @param {Element} row
 * @param {{ label: string, probability: number }} score
 */
function fill(row, { label, probability }) {
  const [name, share, bar] = row.children;
  if (name) name.textContent = label;
  if (share) share.textContent = percent(probability);
  if (bar?.firstElementChild instanceof HTMLElement) {
    bar.firstElementChild.style.setProperty("--share", String(probability));
  }
}

/**
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Record<string, string>} attributes
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Name]}
 */
function create(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** @param {number} probability */
function percent(probability) {
  if (probability > 0 && probability < 0.0005) return "<0.1%";
  return `${(probability * 100).toFixed(1)}%`;
}

/** @param {number} bytes */
function megabytes(bytes) {
  return (bytes / 1e6).toFixed(1);
}
