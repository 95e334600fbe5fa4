import assert from "node:assert/strict";
import { test } from "node:test";
import { countThreads } from "../../../web/classifier/threads.js";

const AGENTS = {
  linux: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
  android: "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
  firefox: "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:142.0) Gecko/20100101 Firefox/142.0",
  mac: "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
  iphone:
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
  chromeOnIphone:
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0.0.0 Mobile/15E148 Safari/604.1",
};

const navigatorOf = (userAgent, changes) => ({ userAgent, hardwareConcurrency: 8, maxTouchPoints: 0, ...changes });
const count = (userAgent, changes) =>
  countThreads({ crossOriginIsolated: true, SharedArrayBuffer, navigator: navigatorOf(userAgent, changes) });

test("a page that is not isolated gets one thread", () => {
  for (const crossOriginIsolated of [false, undefined]) {
    assert.equal(countThreads({ crossOriginIsolated, SharedArrayBuffer, navigator: navigatorOf(AGENTS.linux) }), 1);
  }
});

test("an isolated page without shared memory gets one thread", () => {
  assert.equal(countThreads({ crossOriginIsolated: true, navigator: navigatorOf(AGENTS.linux) }), 1);
});

test("an isolated page gets as many as there are cores, at most four", () => {
  for (const [hardwareConcurrency, threads] of [[1, 1], [2, 2], [4, 4], [64, 4]]) {
    assert.equal(count(AGENTS.linux, { hardwareConcurrency }), threads);
  }
});

test("a browser that keeps its cores to itself gets one thread", () => {
  for (const hardwareConcurrency of [undefined, 0]) assert.equal(count(AGENTS.linux, { hardwareConcurrency }), 1);
});

test("a touch screen alone takes no threads away", () => {
  for (const name of ["linux", "android", "firefox"]) assert.equal(count(AGENTS[name], { maxTouchPoints: 10 }), 4);
});

test("an iPhone gets one thread, whatever its browser is called", () => {
  for (const name of ["iphone", "chromeOnIphone"]) assert.equal(count(AGENTS[name], { maxTouchPoints: 5 }), 1);
});

test("an iPad that claims to be a Mac gets one thread, a Mac its four", () => {
  assert.equal(count(AGENTS.mac, { maxTouchPoints: 5 }), 1);
  assert.equal(count(AGENTS.mac), 4);
  assert.equal(count(AGENTS.mac, { maxTouchPoints: undefined }), 4);
});

test("Node, which is not isolated, has an environment that can be read", () => {
  assert.equal(countThreads(globalThis), 1);
});
