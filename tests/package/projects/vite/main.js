import { loadClassifier } from "pocket-classifier";
import "pocket-classifier/element";

const src = new URLSearchParams(location.search).get("src") ?? "model/bundle.json";

globalThis.load = loadClassifier;
globalThis.classifyAll = async (texts) => {
  const classifier = await loadClassifier(src);
  const labels = [];
  for await (const { label } of classifier.classifyMany(texts)) labels.push(label);
  classifier.dispose();
  return labels;
};
