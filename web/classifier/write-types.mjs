/**
 * npm run types
 *
 * Writes types/ from the JSDoc of the modules: what the entries of the package reach, and each type said once, since the
 * compiler keeps the comment that it has just turned into a declaration.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const PACKAGE = fileURLToPath(new URL(".", import.meta.url));
const TYPES = join(PACKAGE, "types");
const ENTRIES = ["index", "plain", "element", "element-plain"].map((name) => join(TYPES, `${name}.d.ts`));
const COMMENT = /^[ \t]*\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n/gm;
const IMPORT = /"(\.{1,2}\/[^"]+)\.js"/g;

/**
 * Whether a comment has words that the declaration below it lacks.
 *
 * @param {string} comment
 */
function saysMore(comment) {
  return !comment.includes("@typedef") && /^[\s/*]*[^@\s/*]/.test(comment);
}

/** @param {string} file */
function strip(file) {
  const text = readFileSync(file, "utf8").replace(COMMENT, (comment) => (saysMore(comment) ? comment : ""));
  writeFileSync(file, text);
  return text;
}

rmSync(TYPES, { recursive: true, force: true });
const compiler = createRequire(import.meta.url).resolve("typescript/bin/tsc");
execFileSync(process.execPath, [compiler, "-p", join(PACKAGE, "..", "tsconfig.types.json")], { stdio: "inherit" });

const reached = new Set(ENTRIES);
for (const file of reached) {
  const declarations = strip(file).replace(COMMENT, "");
  for (const [, path] of declarations.matchAll(IMPORT)) reached.add(join(dirname(file), `${path}.d.ts`));
}
for (const name of readdirSync(TYPES, { recursive: true })) {
  const file = join(TYPES, String(name));
  if (file.endsWith(".ts") && !reached.has(file)) rmSync(file);
}
