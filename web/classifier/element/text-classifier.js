import { FieldElement } from "./host.js";
import { latestOnly } from "./latest.js";
import { View } from "./view.js";

/** @typedef {import("./engines.js").Result & { text: string }} Answer */

/** Milliseconds without a keystroke. */
const DEBOUNCE = 120;

/**
 * `<text-classifier src="model/bundle.json">`: a text box and what the model makes of it, while it is typed. Its value
 * in a form is the label of the answer; while there is none, nothing is sent.
 *
 * @fires result a CustomEvent with what `classify` answered, and the text
 * @fires error a CustomEvent with code, message and error
 */
export class TextClassifierElement extends FieldElement {
  static observedAttributes = ["src", "runtime", "label", "placeholder", "top", "required", "aria-label"];
  /** @type {import("./engines.js").Engines} set by who defines the element */
  static engines;

  #view;
  /** @type {"idle" | "loading" | "ready" | "error"} */
  #state = "idle";
  /** @type {import("./engines.js").Use | null} */
  #use = null;
  /** @type {import("./engines.js").ClassifierLike | null} */
  #classifier = null;
  #starts = 0;
  #stop = new AbortController();
  /** @type {Answer | null} to the text as it stands in the box */
  #result = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #pause;

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open", delegatesFocus: true });
    this.#view = new View(root, { onInput: () => this.#changed(), onRetry: () => void this.#start() });
    // A label of the page may be parsed after the element that it is for.
    this.#view.textBox.addEventListener("focus", () => this.#name());
  }

  connectedCallback() {
    this.takeOver(["src", "name", "top", "text", "required", "disabled"]);
    this.#name();
    this.#setResult(this.#result);
    void this.#start();
  }

  disconnectedCallback() {
    this.#leave();
    this.#view.hush();
  }

  /** @type {(name: string, before: string | null, value: string | null) => void} */
  attributeChangedCallback(name, before, value) {
    if (before === value) return;
    if (name === "placeholder") this.#view.textBox.placeholder = value ?? "";
    else if (name === "required") this.#setResult(this.#result);
    else if (name === "label" || name === "aria-label") this.#name();
    else if (name === "top") void this.#answer();
    else if (this.isConnected) void this.#start();
  }

  /** @param {boolean} disabled by itself or with its fieldset */
  formDisabledCallback(disabled) {
    this.#view.textBox.disabled = disabled;
  }

  formResetCallback() {
    this.text = "";
  }

  /** @param {unknown} state the text, as it was given to the form */
  formStateRestoreCallback(state) {
    if (typeof state === "string") this.text = state;
  }

  /** What stands in the box. */
  get text() {
    return this.#view.textBox.value;
  }

  set text(value) {
    if (value === this.text) return;
    this.#view.textBox.value = value;
    this.#changed(0);
  }

  /** The label of the answer; empty while there is none. */
  get value() {
    return this.#result?.label ?? "";
  }

  /** The answer to the text in the box; null while there is none. */
  get result() {
    return this.#result;
  }

  get state() {
    return this.#state;
  }

  async #start() {
    this.#leave();
    if (!this.src) return; // a framework may set it later
    const { engines } = /** @type {typeof TextClassifierElement} */ (this.constructor);
    const start = ++this.#starts;
    this.#state = "loading";
    this.#view.showLoading(null);
    try {
      const runtime = this.getAttribute("runtime");
      const runtimeUrl = runtime === null ? undefined : new URL(runtime, this.baseURI).href;
      const onProgress = (/** @type {import("./engines.js").Progress} */ progress) => this.#view.showLoading(progress);
      this.#use = engines.use(new URL(this.src, this.baseURI).href, runtimeUrl, onProgress);
      const classifier = await this.#use.classifier;
      if (start !== this.#starts) return;
      this.#classifier = classifier;
      this.#state = "ready";
      this.#view.hideLoading();
      void this.#answer();
    } catch (error) {
      if (start === this.#starts) this.#fail(error);
    }
  }

  /** Gives the engine back. */
  #leave() {
    this.#starts += 1;
    this.#stop.abort();
    this.#stop = new AbortController();
    this.#use?.release();
    this.#use = this.#classifier = null;
    this.#state = "idle";
    this.#view.hideLoading();
    this.#view.hideError();
  }

  #changed(pause = DEBOUNCE) {
    clearTimeout(this.#pause);
    this.#view.hush();
    // What is shown may stay for a moment; what a form sends must never belong to another text.
    this.#setResult(null);
    if (this.text.trim() === "") this.#view.clear();
    else this.#pause = setTimeout(() => void this.#answer(), pause);
  }

  /** All that an answer depends on. */
  #question() {
    return `${this.#starts} ${this.top} ${this.text}`;
  }

  #answered = "";
  #answer = latestOnly(
    () => this.#question(),
    async (question) => {
      const { text } = this;
      const classifier = this.#classifier;
      if (!classifier || text.trim() === "" || (this.#result && question === this.#answered)) return;
      try {
        const result = await classifier.classify(text, { top: this.top, signal: this.#stop.signal });
        if (question !== this.#question()) return;
        this.#answered = question;
        this.#setResult({ ...result, text });
        this.#view.show(result);
        this.dispatchEvent(new CustomEvent("result", { detail: this.#result, bubbles: true, composed: true }));
      } catch (error) {
        if (this.#classifier === classifier) this.#fail(error);
      }
    },
  );

  /** @param {unknown} error */
  #fail(error) {
    this.#use?.condemn();
    this.#leave();
    this.#state = "error";
    this.#setResult(null);
    const known = /** @type {{ code?: string, message?: string }} */ (error ?? {});
    const { code = "runtime", message = String(error) } = known;
    this.#view.showError(message);
    // It does not bubble: on the window it would pass for an error of the page's scripts.
    this.dispatchEvent(new CustomEvent("error", { detail: { code, message, error } }));
  }

  /** @param {Answer | null} result */
  #setResult(result) {
    this.#result = result;
    this.internals.setFormValue(result?.label ?? null, this.text);
    const valueMissing = this.required && result === null;
    const advice = valueMissing ? "Enter a text and wait for the answer." : "";
    this.internals.setValidity({ valueMissing }, advice, this.#view.textBox);
  }

  #name() {
    const outside = Array.from(this.labels, (label) => label.textContent?.trim() ?? "").join(" ");
    this.#view.name(this.getAttribute("label") ?? "", this.getAttribute("aria-label") ?? (outside || "Text"));
  }
}
