import { Engines } from "./engines.js";
import { TextClassifierElement } from "./text-classifier.js";

/**
 * Defines the element, unless the name is taken (a page may get this module from two places) or there is no page at all
 * (a server). Elements of one name share their classifiers.
 *
 * @param {string} name
 * @param {import("./engines.js").Load} load
 */
export function defineTextClassifier(name, load) {
  const { customElements } = globalThis;
  if (!customElements || customElements.get(name)) return;
  customElements.define(
    name,
    class extends TextClassifierElement {
      /** @override */
      static engines = new Engines(load);
    },
  );
}
