import assert from "node:assert/strict";
import { test } from "node:test";
import { ByteProgress } from "../../../web/classifier/progress.js";

const FILES = [
  { path: "model.onnx", bytes: 900 },
  { path: "tokenizer.json", bytes: 100 },
];

function record() {
  const reports = [];
  return { reports, progress: new ByteProgress(FILES, (report) => reports.push(report)) };
}

test("the total is known before the first byte", () => {
  const { reports, progress } = record();
  progress.update("model.onnx", 0);
  assert.deepEqual(reports, [{ loadedBytes: 0, totalBytes: 1000, phase: "download" }]);
});

test("downloads side by side add up", () => {
  const { reports, progress } = record();
  progress.update("model.onnx", 450);
  progress.update("tokenizer.json", 100);
  progress.update("model.onnx", 900);
  assert.deepEqual(reports.map((report) => report.loadedBytes), [450, 550, 1000]);
});

test("a download that starts again does not count twice", () => {
  const { reports, progress } = record();
  progress.update("model.onnx", 900);
  progress.update("model.onnx", 0);
  progress.update("model.onnx", 900);
  assert.deepEqual(reports.map((report) => report.loadedBytes), [900, 0, 900]);
});

test("many small chunks make few reports, and the last one is complete", () => {
  const reports = [];
  const progress = new ByteProgress([{ path: "big", bytes: 1e6 }], (report) => reports.push(report));
  for (let loaded = 0; loaded <= 1e6; loaded += 100) progress.update("big", loaded);
  assert.ok(reports.length <= 201, `${reports.length} reports`);
  assert.equal(reports.at(-1).loadedBytes, 1e6);
});

test("a phase is reported with the bytes so far", () => {
  const { reports, progress } = record();
  progress.update("model.onnx", 900);
  progress.enter("start");
  assert.deepEqual(reports.at(-1), { loadedBytes: 900, totalBytes: 1000, phase: "start" });
});
