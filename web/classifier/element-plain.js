/** Defines `<text-classifier>` for pages of a static folder, without a bundler. */
import { defineTextClassifier } from "./element/define.js";
import { loadClassifier } from "./plain.js";

export { defineTextClassifier } from "./element/define.js";
export { TextClassifierElement } from "./element/text-classifier.js";

defineTextClassifier("text-classifier", loadClassifier);
