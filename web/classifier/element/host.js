// On a server there is no such thing, and the module is only to be imported there.
const Base = /** @type {typeof HTMLElement} */ (globalThis.HTMLElement ?? class {});

/** How many rows are shown where nothing else is said. */
const TOP = 3;

/** What makes an element one of the fields of a form, and its attributes as properties. */
export class FieldElement extends Base {
  static formAssociated = true;
  /** @protected */
  internals = this.attachInternals();

  get form() {
    return this.internals.form;
  }

  get labels() {
    return this.internals.labels;
  }

  get validity() {
    return this.internals.validity;
  }

  get validationMessage() {
    return this.internals.validationMessage;
  }

  get willValidate() {
    return this.internals.willValidate;
  }

  checkValidity() {
    return this.internals.checkValidity();
  }

  reportValidity() {
    return this.internals.reportValidity();
  }

  get src() {
    return this.getAttribute("src") ?? "";
  }

  set src(value) {
    this.setAttribute("src", value);
  }

  /** How many rows are shown. */
  get top() {
    const top = Number(this.getAttribute("top") ?? TOP);
    return Number.isInteger(top) && top > 0 ? top : TOP;
  }

  set top(value) {
    this.setAttribute("top", String(value));
  }

  get name() {
    return this.getAttribute("name") ?? "";
  }

  set name(value) {
    this.setAttribute("name", value);
  }

  get required() {
    return this.hasAttribute("required");
  }

  set required(value) {
    this.toggleAttribute("required", Boolean(value));
  }

  get disabled() {
    return this.hasAttribute("disabled");
  }

  set disabled(value) {
    this.toggleAttribute("disabled", Boolean(value));
  }

  /**
   * What was set before the element was defined is a plain property of it, which would hide the accessor for ever.
   *
   * @protected
   * @param {string[]} names
   */
  takeOver(names) {
    const self = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (this));
    for (const name of names.filter((name) => Object.hasOwn(self, name))) {
      const value = self[name];
      delete self[name];
      self[name] = value;
    }
  }
}
