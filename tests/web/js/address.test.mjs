import assert from "node:assert/strict";
import { test } from "node:test";
import { textIn } from "../../../web/app/address.js";
import { linkTo } from "../../../web/app/share.js";

const PAGE = "https://example.org/some/demo/";

test("a link brings every text back as it was, in its fragment", () => {
  for (const text of ["I am sad.", "1 + 1 = 2 & 50 % #off\n\nnew line", "مرحبا 👋🏽", "?text=no", "a=b;c"]) {
    const link = linkTo(text, PAGE);
    assert.equal(new URL(link).pathname + new URL(link).search, "/some/demo/");
    assert.equal(textIn(link), text);
  }
});

test("a link leaves out what the address carries itself", () => {
  assert.equal(linkTo("new", `${PAGE}?text=old#text=older`), `${PAGE}#text=new`);
});

test("a text that is too long for a link gets none", () => {
  assert.equal(linkTo("a".repeat(7900), PAGE).length, PAGE.length + "#text=".length + 7900);
  assert.equal(linkTo("a".repeat(8000), PAGE), null);
  assert.equal(linkTo("ع".repeat(1500), PAGE), null); // six characters each, once encoded
});

test("what is shared is the likeliest text of what comes, and the fragment goes before it", () => {
  assert.equal(textIn(`${PAGE}?text=I%20am&title=News&url=https%3A%2F%2Fexample.org`), "I am");
  assert.equal(textIn(`${PAGE}?text=%20&title=News&url=x`), "News");
  assert.equal(textIn(`${PAGE}?title=&url=https%3A%2F%2Fexample.org%2Fa`), "https://example.org/a");
  assert.equal(textIn(`${PAGE}?text=shared#text=linked`), "linked");
});

test("an address without a text, or with a broken one, is no error", () => {
  assert.equal(textIn(PAGE), "");
  assert.equal(textIn(`${PAGE}#about`), "");
  assert.equal(textIn(`${PAGE}#text=`), "");
  assert.equal(textIn(`${PAGE}#text=100%`), "100%");
});
