import { ClassifierError, loadClassifier } from "pocket-classifier";
import { TextClassifierElement } from "pocket-classifier/element";

const classifier = await loadClassifier("model/bundle.json", { threads: 1 });
const { label, probability, unsure } = await classifier.classify("a text", { top: 3 });
const line: string = `${label} ${probability.toFixed(2)} ${unsure ? "?" : ""}`;
for await (const row of classifier.classifyMany(["a", "b"])) console.log(row.index + 1, row.label, line);
try {
  await classifier.verify();
} catch (error) {
  if (error instanceof ClassifierError && error.code === "integrity") console.error(error.message);
}
document.querySelector("text-classifier")?.addEventListener("result", (event) => {
  if (event.target instanceof TextClassifierElement) console.log(event.target.value);
});
// @ts-expect-error an option that there is not
await loadClassifier("model/bundle.json", { thread: 1 });
