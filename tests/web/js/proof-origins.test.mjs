import assert from "node:assert/strict";
import { test } from "node:test";
import { byOrigin } from "../../../web/app/proof/origins.js";

const OWN = "https://here.example";
const entry = (name, transferSize = 0) => ({ name, transferSize });

test("the own origin stands first, even where nothing was asked of it", () => {
  assert.deepEqual(byOrigin([], OWN), [{ origin: OWN, own: true, requests: 0, bytes: 0 }]);
});

test("requests and bytes are added up by origin, the one that was asked most before the others", () => {
  const rows = byOrigin(
    [
      entry("https://b.example/x", 1),
      entry(`${OWN}/`, 100),
      entry("https://a.example/x", 2),
      entry("https://a.example/y", 3),
      entry(`${OWN}/app/main.js`, 50),
      entry("http://here.example/"),
    ],
    OWN,
  );
  assert.deepEqual(
    rows.map(({ origin, own, requests, bytes }) => [origin, own, requests, bytes]),
    [
      [OWN, true, 2, 150],
      ["https://a.example", false, 2, 5],
      ["http://here.example", false, 1, 0], // another scheme is another origin
      ["https://b.example", false, 1, 1],
    ],
  );
});

test("what the page made itself is its own, and what has no origin is named by its scheme", () => {
  const rows = byOrigin([entry(`blob:${OWN}/6f1c`), entry("data:text/plain,hello"), entry("chrome-extension://abc/x.js")], OWN);
  assert.deepEqual(rows.map(({ origin, requests }) => [origin, requests])[0], [OWN, 1]);
  assert.deepEqual(rows.slice(1).map(({ origin, own }) => [origin, own]), [["chrome-extension:", false]]);
});
