#!/usr/bin/env node
/**
 * pocket-classifier copy DIR
 *
 * Writes what a page needs that is served as it is, without a bundler: DIR/classifier (this package's modules) and
 * DIR/vendor (the runtime that they load). Serve both; the page imports classifier/plain.js or classifier/element-plain.js.
 */
import { cp, mkdir, readFile, readdir, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const PACKAGE = fileURLToPath(new URL("..", import.meta.url));
// Those have imports that only a bundler resolves.
const FOR_BUNDLERS = ["index.js", "worker.js", "element.js"];
const ORT = dirname(fileURLToPath(import.meta.resolve("onnxruntime-web/wasm")));
const TOKENIZERS = dirname(fileURLToPath(import.meta.resolve("@huggingface/tokenizers")));

/** Every file of vendor/, where it comes from, and whether it is compressed on the way: wasm is a quarter then. */
const VENDORED = [
  { to: "onnxruntime-web/ort.wasm.min.mjs", from: join(ORT, "ort.wasm.min.mjs") },
  { to: "onnxruntime-web/ort-wasm-simd-threaded.mjs", from: join(ORT, "ort-wasm-simd-threaded.mjs") },
  { to: "onnxruntime-web/ort-wasm-simd-threaded.wasm.gzip", from: join(ORT, "ort-wasm-simd-threaded.wasm"), gzip: true },
  { to: "tokenizers/tokenizers.min.mjs", from: join(TOKENIZERS, "tokenizers.min.mjs") },
];

/** @param {string} target */
async function copy(target) {
  const modules = join(target, "classifier");
  await mkdir(modules, { recursive: true });
  const names = (await readdir(PACKAGE)).filter((name) => name.endsWith(".js") && !FOR_BUNDLERS.includes(name));
  for (const name of names) await cp(join(PACKAGE, name), join(modules, name));
  await cp(join(PACKAGE, "element"), join(modules, "element"), { recursive: true });
  for (const { to, from, gzip } of VENDORED) {
    const place = join(target, "vendor", to);
    const bytes = await readFile(from);
    await mkdir(dirname(place), { recursive: true });
    // Whole or not at all: a part of a file would be served for the file.
    await writeFile(`${place}.part`, gzip ? gzipSync(bytes, { level: 9 }) : bytes);
    await rename(`${place}.part`, place);
  }
  console.log(`${modules} and ${join(target, "vendor")} are written.`);
}

const [command, target, ...more] = process.argv.slice(2);
if (command === "copy" && target && more.length === 0) {
  await copy(target);
} else {
  console.error("Usage: pocket-classifier copy DIR   (writes DIR/classifier and DIR/vendor for a page without a bundler)");
  process.exitCode = 2;
}
