import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { gzipSync } from "node:zlib";

const TEMPLATE = readFileSync(new URL("../../../web/templates/sw.js.j2", import.meta.url), "utf8");
const POLICY = "default-src 'none'; connect-src 'self'";
const SCOPE = "https://example.test/demo/";
const CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36";
const SAFARI = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15";
const TRIED = {
  chrome: CHROME,
  headless: CHROME.replace("Chrome", "HeadlessChrome"),
  firefox: "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0",
  webkit: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/60.5 Safari/605.1.15",
};
const UNTRIED = {
  safari: SAFARI,
  iphone: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1",
  "chrome on ios": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0 Mobile/15E148 Safari/604.1",
  "firefox on ios": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/140.0 Mobile/15E148 Safari/605.1.15",
};
const integrity = (content) => `sha256-${createHash("sha256").update(content).digest("base64")}`;

/** What the browser keeps between two service workers: a network and a CacheStorage. */
function browser(files) {
  const stores = new Map();
  const headers = new Map();
  const requests = [];
  const open = async (name) => {
    if (!stores.has(name)) stores.set(name, new Map());
    const store = stores.get(name);
    const key = (request) => (typeof request === "string" ? request : request.url);
    return {
      put: async (url, response) => {
        headers.set(url, [...response.headers]);
        store.set(url, await response.text());
      },
      match: async (request) =>
        store.has(key(request)) ? new Response(store.get(key(request)), { headers: headers.get(key(request)) ?? [] }) : undefined,
      keys: async () => [...store.keys()].map((url) => ({ url })),
    };
  };
  const caches = {
    open,
    has: async (name) => stores.has(name),
    keys: async () => [...stores.keys()],
    delete: async (name) => stores.delete(name),
  };
  const fetch = async (request, options = {}) => {
    const url = request.url ?? request;
    requests.push([url.replace(SCOPE, ""), options.cache]);
    const content = files(url.replace(SCOPE, ""), options.cache ?? request.cache);
    if (content === undefined) throw new TypeError("Failed to fetch");
    if (options.integrity && options.integrity !== integrity(content)) throw new TypeError("integrity");
    return typeof content === "number" ? new Response("", { status: content }) : new Response(content);
  };
  return { stores, headers, requests, caches, fetch };
}

/** Runs the template as the build would render it; contents are one text, or several that are equally good. */
function serviceWorker({ caches, fetch }, version, files, userAgent = CHROME) {
  const listeners = {};
  const self = {
    registration: { scope: SCOPE },
    location: new URL(SCOPE),
    navigator: { userAgent },
    // In Firefox a claim waits for threads that sleep.
    clients: { claim: () => new Promise(() => {}) },
    skipped: false,
    skipWaiting: async () => void (self.skipped = true),
    addEventListener: (type, listener) => (listeners[type] = listener),
  };
  const precache = Object.entries(files).map(([url, contents]) => ({
    url,
    integrity: [contents].flat().map(integrity).join(" "),
  }));
  const source = TEMPLATE.replace(/^\{%.*%\}\n/, "").replace("{{ policy | tojson }}", JSON.stringify(POLICY)).replace(/\{\{ version .*?\}\}/, JSON.stringify(version)).replace(
    /\{\{ precache .*?\}\}/,
    JSON.stringify(precache),
  );
  runInNewContext(source, { self, caches, fetch, URL, Headers, Response, Set, Map, Promise, crypto, btoa, Uint8Array, Blob, DecompressionStream });
  const dispatch = async (type, event = {}) => {
    let outcome;
    const background = [];
    listeners[type]({ ...event, waitUntil: (promise) => background.push(promise), respondWith: (promise) => (outcome = promise) });
    const answer = await outcome;
    await Promise.all(background);
    return answer;
  };
  return { self, dispatch };
}

const V1 = { "./": "<html>one", "app/main.js": "main", "model/m.onnx": "weights" };
const V2 = { "./": "<html>two", "app/main.js": "main", "model/m.onnx": "weights" };
const get = (url, mode = "no-cors", cache = "default") => ({
  request: { method: "GET", url: new URL(url, SCOPE).href, mode, cache },
});

/** The same where the host had sent headers with what was stored. */
function withHeaders(world, headers) {
  const open = async (name) => {
    const cache = await world.caches.open(name);
    const match = async (request, options) => {
      const found = await cache.match(request, options);
      return found && new Response(found.body, { headers: headers(request.url ?? request) });
    };
    return { ...cache, match };
  };
  return { ...world, caches: { ...world.caches, open } };
}

async function installed(version = "v1", files = V1, { userAgent = CHROME, headers = () => ({}) } = {}) {
  const world = withHeaders(browser((path) => files[path === "" ? "./" : path]), headers);
  const worker = serviceWorker(world, version, files, userAgent);
  await worker.dispatch("install");
  await worker.dispatch("activate");
  return { world, worker };
}

test("install stores every file, from the HTTP cache where it can", async () => {
  const { world } = await installed();
  assert.deepEqual(world.requests.map(([, cache]) => cache), ["default", "default", "default"]);
  assert.equal([...world.stores.values()][0].size, 3);
});

test("a stale copy in the HTTP cache is fetched again from the server", async () => {
  const world = browser((path, cache) => (path === "app/main.js" && cache === "default" ? "old" : V1[path || "./"]));
  await serviceWorker(world, "v1", V1).dispatch("install");
  assert.deepEqual(world.requests.filter(([path]) => path === "app/main.js"), [
    ["app/main.js", "default"],
    ["app/main.js", "reload"],
  ]);
});

test("a wrong file fails the installation and leaves nothing behind", async () => {
  const world = browser((path) => (path === "model/m.onnx" ? "damaged" : V1[path || "./"]));
  await assert.rejects(serviceWorker(world, "v1", V1).dispatch("install"));
  assert.equal(world.stores.size, 0);
});

test("a failed update leaves the old version whole", async () => {
  const { world } = await installed();
  world.fetch = async () => Promise.reject(new TypeError("offline"));
  await assert.rejects(serviceWorker(world, "v2", V2).dispatch("install"));
  assert.deepEqual([...world.stores.keys()], [`pocket-classifier ${SCOPE} v1`]);
  assert.equal([...world.stores.values()][0].size, 3);
});

test("a failed second installation of a version leaves its files where they are", async () => {
  const { world } = await installed();
  const changed = { ...V1, "styles/new.css": "css" };
  await assert.rejects(serviceWorker(world, "v1", changed).dispatch("install"));
  assert.equal([...world.stores.values()][0].size, 3);
});

test("an update transfers only what changed, and waits", async () => {
  const { world } = await installed();
  const asked = [];
  const update = serviceWorker(
    { ...world, fetch: async (url) => (asked.push(url.replace(SCOPE, "")), new Response(V2["./"])) },
    "v2",
    V2,
  );
  await update.dispatch("install");
  assert.deepEqual(asked, [""]);
  assert.equal(update.self.skipped, false);
  await update.dispatch("message", { data: { type: "activate" } });
  assert.equal(update.self.skipped, true);
});

test("an update asks for the index even when it is the same, because its headers may not be", async () => {
  const { world } = await installed();
  const asked = [];
  const files = { ...V1, "app/main.js": "other" };
  const fetch = async (url) => (asked.push(url.replace(SCOPE, "")), new Response(files[url.replace(SCOPE, "") || "./"]));
  await serviceWorker({ ...world, fetch }, "v2", files).dispatch("install");
  assert.deepEqual(asked.sort(), ["", "app/main.js"]);
});

test("activation deletes this site's older versions and nobody else's", async () => {
  const { world } = await installed();
  await world.caches.open("pocket-classifier https://example.test/other/ v1");
  await world.caches.open("somebody else");
  const update = serviceWorker({ ...world, fetch: async () => new Response(V2["./"]) }, "v2", V2);
  await update.dispatch("install");
  await update.dispatch("activate");
  assert.deepEqual([...world.stores.keys()].sort(), [
    `pocket-classifier ${SCOPE} v2`,
    "pocket-classifier https://example.test/other/ v1",
    "somebody else",
  ]);
});

test("stored files are answered without the network, the index for any query", async () => {
  const { world, worker } = await installed();
  world.requests.length = 0;
  for (const [url, mode, body] of [
    ["app/main.js", "cors", "main"],
    ["./", "navigate", "<html>one"],
    ["./?utm=1", "navigate", "<html>one"],
    ["index.html", "navigate", "<html>one"],
  ]) {
    assert.equal(await (await worker.dispatch("fetch", get(url, mode))).text(), body);
  }
  assert.deepEqual(world.requests, []);
});

test("what is asked of a page goes to nobody, not even where its store is gone", async () => {
  const files = { ...V1, "card.html": "<html>card" };
  const { world, worker } = await installed("v1", files);
  world.requests.length = 0;
  for (const page of ["./", "index.html", "card.html"]) {
    assert.equal((await worker.dispatch("fetch", get(`${page}?text=secret`, "navigate"))).status, 200);
  }
  assert.deepEqual(world.requests, []);
  world.stores.clear();
  assert.equal(await (await worker.dispatch("fetch", get("./?text=secret", "navigate"))).text(), "<html>one");
  assert.equal(await (await worker.dispatch("fetch", get("card.html?text=secret", "navigate"))).text(), "<html>card");
  assert.deepEqual(world.requests.map(([path]) => path), ["", "card.html"]);
});

test("the browser is told to ask nobody for a page before this program answers", async () => {
  const world = browser((path) => V1[path || "./"]);
  const routes = [];
  await serviceWorker(world, "v1", V1).dispatch("install", { addRoutes: async (route) => void routes.push({ ...route }) });
  assert.deepEqual(routes.map(({ condition, source }) => [condition.requestMode, source]), [["navigate", "fetch-event"]]);
  const refused = browser((path) => V1[path || "./"]);
  await serviceWorker(refused, "v1", V1).dispatch("install", { addRoutes: async () => Promise.reject(new TypeError("unknown source")) });
  assert.equal([...refused.stores.values()][0].size, 3);
});

test("other origins are refused, other paths and methods left alone", async () => {
  const { worker } = await installed();
  assert.equal((await worker.dispatch("fetch", get("https://other.test/x"))).type, "error");
  const beacon = { request: { ...get("https://other.test/x").request, method: "POST" } };
  assert.equal((await worker.dispatch("fetch", beacon)).type, "error");
  assert.equal(await worker.dispatch("fetch", get("https://example.test/elsewhere")), undefined);
  const post = get("app/main.js");
  post.request.method = "POST";
  assert.equal(await worker.dispatch("fetch", post), undefined);
});

const LARGE = { ...V1, "model/m.onnx.gzip": ["packed", "unpacked"] };

/** An installed version whose server can be changed; with the files that its store holds, by their path. */
async function served(files = LARGE) {
  const server = { files: Object.fromEntries(Object.entries(files).map(([path, contents]) => [path, [contents].flat()[0]])) };
  const world = browser((path) => server.files[path || "./"]);
  const worker = serviceWorker(world, "v1", files);
  await worker.dispatch("install");
  await worker.dispatch("activate");
  world.requests.length = 0;
  const asked = () => world.requests.splice(0).map(([path]) => path);
  const [store] = world.stores.values();
  const read = async (url, mode, cache) => (await worker.dispatch("fetch", get(url, mode, cache))).text();
  const tell = async (type) => {
    let answer;
    await worker.dispatch("message", { data: { type }, ports: [{ postMessage: (x) => (answer = structuredClone(x)) }] });
    return answer;
  };
  const at = (path) => SCOPE + path;
  return { server, world, worker, store, asked, read, tell, at };
}

test("a large file that failed the page's check is asked of the server, and the good copy is kept", async () => {
  const { store, asked, read, at } = await served();
  store.set(at("model/m.onnx.gzip"), "pacced");
  assert.equal(await read("model/m.onnx.gzip", "cors", "reload"), "packed");
  assert.deepEqual(asked(), ["model/m.onnx.gzip"]);
  assert.equal(store.get(at("model/m.onnx.gzip")), "packed");
  assert.equal(await read("model/m.onnx.gzip", "cors"), "packed");
  assert.deepEqual(asked(), []);
});

test("a missing large file is put back when it has been fetched, and another one in its place is not", async () => {
  const { server, store, read, at } = await served();
  store.delete(at("model/m.onnx.gzip"));
  server.files["model/m.onnx.gzip"] = "of another version";
  assert.equal(await read("model/m.onnx.gzip", "cors"), "of another version");
  assert.ok(!store.has(at("model/m.onnx.gzip")));
  server.files["model/m.onnx.gzip"] = "packed";
  await read("model/m.onnx.gzip", "cors");
  assert.equal(store.get(at("model/m.onnx.gzip")), "packed");
});

test("a file that the host's encoding has inflated on the way is as good, and asked for once", async () => {
  const { server, world } = await served();
  server.files["model/m.onnx.gzip"] = "unpacked";
  world.stores.clear();
  const worker = serviceWorker(world, "v1", LARGE);
  await worker.dispatch("install");
  assert.equal(world.requests.filter(([path]) => path === "model/m.onnx.gzip").length, 1);
  assert.equal([...world.stores.values()][0].get(`${SCOPE}model/m.onnx.gzip`), "unpacked");
});

test("a large file is stored inflated, with the hash of what it holds, as what it is; others as they came", async () => {
  const packed = gzipSync("binary");
  const { world, store, at } = await served({ ...V1, "vendor/r.wasm.gzip": [packed, "binary"], "model/m.onnx.gzip": [packed, "binary"] });
  const sha256 = createHash("sha256").update("binary").digest("hex");
  const told = (path) => Object.fromEntries(world.headers.get(at(path)));
  assert.equal(store.get(at("vendor/r.wasm.gzip")), "binary");
  assert.deepEqual(told("vendor/r.wasm.gzip"), { "content-type": "application/wasm", "x-verified-sha256": sha256 });
  assert.deepEqual(told("model/m.onnx.gzip"), { "content-type": "application/octet-stream", "x-verified-sha256": sha256 });
  assert.equal(told("app/main.js")["x-verified-sha256"], undefined);
});

test("what cannot be inflated to what this version holds is not stored", async () => {
  const packed = gzipSync("of another version");
  const world = browser((path) => ({ ...V1, "model/m.onnx.gzip": packed })[path || "./"]);
  const worker = serviceWorker(world, "v1", { ...V1, "model/m.onnx.gzip": [packed, "binary"] });
  await assert.rejects(worker.dispatch("install"), /not the content of this version/);
  assert.equal(world.stores.size, 0);
});

for (const [path, mode] of [["app/main.js", "cors"], ["./", "navigate"]]) {
  test(`a damaged or missing ${path} is never run: the server's is, and is kept`, async () => {
    const { store, asked, read, at } = await served();
    const key = path === "./" ? SCOPE : at(path);
    store.set(key, "damaged");
    assert.equal(await read(path, mode), LARGE[path]);
    assert.equal(store.get(key), LARGE[path]);
    store.delete(key);
    assert.equal(await read(path, mode), LARGE[path]);
    assert.equal(asked().length, 2);
    assert.equal(await read(path, mode), LARGE[path]);
    assert.deepEqual(asked(), []);
  });
}

test("offline, a damaged module is refused and the rest is kept", async () => {
  const { server, store, read, at } = await served();
  store.set(at("app/main.js"), "damaged");
  server.files = {};
  await assert.rejects(read("app/main.js", "cors"), /Failed to fetch/);
  assert.equal(store.size, 4);
});

test("a server in trouble costs the store nothing", async () => {
  const { server, store, read, at } = await served();
  store.set(at("app/main.js"), "damaged");
  server.files["app/main.js"] = 503;
  await assert.rejects(read("app/main.js", "cors"), /503/);
  assert.equal(store.size, 4);
});

test("versions are never mixed: where a file is damaged and the server has another one, the network serves all", async () => {
  const { server, world, worker, store, read, at } = await served();
  store.set(at("app/main.js"), "damaged");
  server.files = { ...server.files, "./": "<html>two", "app/main.js": "newer" };
  assert.equal((await worker.dispatch("fetch", get("app/main.js", "cors"))).type, "error");
  assert.equal(world.stores.size, 0);
  assert.equal(await read("./", "navigate"), "<html>two");
  assert.equal(await read("app/main.js", "cors"), "newer");
  assert.equal(world.stores.size, 0);
});

test("it calls itself whole only after a repair that fetched what was missing or damaged, and nothing else", async () => {
  const { server, store, asked, tell, at } = await served();
  assert.deepEqual(await tell("repair"), { whole: true, damaged: "none" });
  assert.deepEqual(asked(), []);
  store.set(at("model/m.onnx.gzip"), "pacced");
  store.set(SCOPE, "damaged");
  store.delete(at("app/main.js"));
  assert.deepEqual(await tell("repair"), { whole: true, damaged: "mended" });
  assert.deepEqual(asked().sort(), ["", "app/main.js", "model/m.onnx.gzip"]);
  assert.equal(store.get(at("model/m.onnx.gzip")), "packed");
  assert.equal(store.size, 4);
  store.set(at("app/main.js"), "damaged");
  server.files = {};
  assert.deepEqual(await tell("repair"), { whole: false, damaged: "none" });
  store.set(at("model/m.onnx.gzip"), "damaged");
  assert.deepEqual(await tell("repair"), { whole: false, damaged: "lost" });
});

test("a store that was taken away is filled again, wholly or not at all", async () => {
  const { server, world, tell } = await served();
  const { "app/main.js": main } = server.files;
  world.stores.clear();
  server.files["app/main.js"] = "newer";
  assert.deepEqual(await tell("repair"), { whole: false, damaged: "none" });
  assert.equal(world.stores.size, 0);
  server.files["app/main.js"] = main;
  assert.deepEqual(await tell("repair"), { whole: true, damaged: "none" });
  assert.equal([...world.stores.values()][0].size, 4);
});

test("a version that the server has left behind is not begun again", async () => {
  const { server, world, asked, tell } = await served();
  world.stores.clear();
  server.files["./"] = "<html>two";
  assert.deepEqual(await tell("repair"), { whole: false, damaged: "none" });
  assert.deepEqual(asked(), ["", ""]);
  assert.equal(world.stores.size, 0);
});

test("a full disk does not keep a good file from the page", async () => {
  const { world, store, read, at } = await served();
  store.set(at("app/main.js"), "damaged");
  store.set = () => {
    throw new Error("quota");
  };
  assert.equal(await read("app/main.js", "cors"), "main");
  assert.equal(world.stores.size, 1);
});

test("workers come with the policy, beside what the host said, stored or not; nothing else is changed", async () => {
  const { world, worker } = await served();
  const ask = async (changes) => {
    const event = get("app/main.js", "cors");
    return worker.dispatch("fetch", { request: { ...event.request, ...changes } });
  };
  const policy = async (changes) => (await ask(changes)).headers.get("content-security-policy");
  assert.equal(await policy({ destination: "worker" }), POLICY);
  assert.equal(await policy({ destination: "script" }), null);
  assert.equal(await (await ask({ destination: "worker" })).text(), "main");
  const host = { "content-security-policy": "sandbox" };
  const lost = serviceWorker({ ...world, fetch: async () => new Response("x", { headers: host }) }, "v1", V1);
  world.stores.clear();
  const event = get("app/main.js", "cors");
  event.request.destination = "worker";
  const response = await lost.dispatch("fetch", event);
  assert.equal(response.headers.get("content-security-policy"), `sandbox, ${POLICY}`);
});

const COOP = "cross-origin-opener-policy";
const COEP = "cross-origin-embedder-policy";
/** The page by itself, in a frame, a worker of it and a module: what each is told about isolation. */
async function isolation(worker) {
  const ask = async (path, mode, destination) => {
    const { headers } = await worker.dispatch("fetch", { request: { ...get(path, mode).request, destination } });
    return [headers.get(COOP), headers.get(COEP)];
  };
  return {
    page: await ask("./", "navigate", "document"),
    frame: await ask("./", "navigate", "iframe"),
    worker: await ask("app/main.js", "same-origin", "worker"),
    script: await ask("app/main.js", "cors", "script"),
  };
}
const NONE = [null, null];
const APART = { page: ["same-origin", "require-corp"], frame: NONE, worker: [null, "require-corp"], script: NONE };

for (const [name, userAgent] of Object.entries(TRIED)) {
  test(`on a host without headers a stored page is isolated: ${name}`, async () => {
    const { worker } = await installed("v1", V1, { userAgent });
    assert.deepEqual(await isolation(worker), APART);
  });
}

for (const [name, userAgent] of Object.entries(UNTRIED)) {
  test(`where nobody tried it no page is isolated but by its host: ${name}`, async () => {
    const { worker } = await installed("v1", V1, { userAgent });
    assert.deepEqual(await isolation(worker), { page: NONE, frame: NONE, worker: NONE, script: NONE });
    const headers = (url) => (url === SCOPE ? { [COOP]: "same-origin", [COEP]: "require-corp" } : {});
    const hosted = await isolation((await installed("v1", V1, { userAgent, headers })).worker);
    assert.deepEqual(hosted.page, ["same-origin", "require-corp"]);
    assert.deepEqual(hosted.worker, [null, "require-corp"]);
  });
}

for (const [name, sent] of Object.entries({ coop: { [COOP]: "unsafe-none" }, coep: { [COEP]: "credentialless" } })) {
  test(`a host that sends one of the two headers has the last word: ${name}`, async () => {
    const { worker } = await installed("v1", V1, { headers: (url) => (url === SCOPE ? sent : {}) });
    assert.deepEqual((await isolation(worker)).page, [sent[COOP] ?? null, sent[COEP] ?? null]);
  });
}

test("a page that cannot be had is an error and not an empty isolated one", async () => {
  const { world } = await installed();
  [...world.stores.values()][0].set(SCOPE, "damaged");
  const another = { ...world, fetch: async () => new Response("<html>two") };
  const lost = serviceWorker(another, "v1", V1);
  const event = { request: { ...get("./", "navigate").request, destination: "document" } };
  assert.equal((await lost.dispatch("fetch", event)).type, "error");
});
