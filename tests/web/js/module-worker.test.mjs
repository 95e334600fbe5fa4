import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { startInheritingWorker, startModuleWorker } from "../../../web/classifier/module-worker.js";

const realWorker = globalThis.Worker;
afterEach(() => {
  globalThis.Worker = realWorker;
});

test("a browser that reads the type of a worker gets a module worker", () => {
  globalThis.Worker = class {
    constructor(url, options) {
      this.url = url;
      this.type = options.type;
    }
  };
  const worker = startModuleWorker("worker.js");
  assert.deepEqual([worker.url, worker.type], ["worker.js", "module"]);
});

test("a browser that ignores it is told so, and its classic worker is ended", () => {
  let terminated = 0;
  globalThis.Worker = class {
    terminate() {
      terminated++;
    }
  };
  assert.throws(() => startModuleWorker("worker.js"), { code: "no-module-worker" });
  assert.equal(terminated, 1);
});

test("a refused worker is a readable error", () => {
  globalThis.Worker = class {
    constructor() {
      throw new Error("SecurityError");
    }
  };
  assert.throws(() => startModuleWorker("worker.js"), { code: "crash", message: /SecurityError/ });
});

test("a worker that inherits the page's policy is a blob that imports the program", async () => {
  globalThis.Worker = class {
    constructor(url, options) {
      this.url = url;
      this.type = options.type;
    }
  };
  const { url, type } = startInheritingWorker(new URL("https://example.test/a%22b/worker.js"));
  assert.equal(type, "module");
  assert.match(url, /^blob:/);
  assert.equal(await (await fetch(url)).text(), 'import "https://example.test/a%22b/worker.js";');
});
