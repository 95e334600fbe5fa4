/** Defines `<text-classifier>` for pages that are built by a bundler. */
import { defineTextClassifier } from "./element/define.js";
import { loadClassifier } from "./index.js";

export { defineTextClassifier } from "./element/define.js";
export { TextClassifierElement } from "./element/text-classifier.js";

defineTextClassifier("text-classifier", loadClassifier);
