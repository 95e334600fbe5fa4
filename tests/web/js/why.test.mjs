import assert from "node:assert/strict";
import { test } from "node:test";
import { formatPoints } from "../../../web/app/why/points.js";
import { stepOf } from "../../../web/app/why/walk.js";
import { MARKED, piecesOf, strengthOf, strongest } from "../../../web/app/why/weights.js";

const TEXT = "One two,\nthree  four.";
const WORDS = [
  { word: "One", start: 0, end: 3, weight: MARKED },
  { word: "two", start: 4, end: 7, weight: MARKED / 2 },
  { word: "three", start: 9, end: 14, weight: -0.3 },
  { word: "four", start: 16, end: 20, weight: 0 },
];

test("the pieces are the text, space for space, and the words that count", () => {
  const pieces = piecesOf(TEXT, WORDS, TEXT.length);
  assert.equal(pieces.map(({ text }) => text).join(""), TEXT);
  assert.deepEqual(pieces.filter(({ weight }) => weight !== null).map(({ text, weight }) => [text, weight]), [["One", MARKED], ["three", -0.3]]);
  assert.ok(pieces.every(({ unread }) => !unread));
});

test("what was not read is told from what was, also within a piece", () => {
  for (const cut of [4, 9, 16]) {
    const pieces = piecesOf(TEXT, WORDS, cut);
    assert.equal(pieces.map(({ text }) => text).join(""), TEXT);
    assert.equal(pieces.filter(({ unread }) => unread).map(({ text }) => text).join(""), TEXT.slice(cut));
    assert.ok(pieces.every(({ unread, weight }) => !unread || weight === null));
  }
});

test("a text without a word that counts is one piece", () => {
  assert.deepEqual(piecesOf("…", [], 1), [{ text: "…", weight: null, unread: false }]);
  assert.deepEqual(piecesOf("", [], 0), []);
});

test("a line is the thicker the more a word counts, in either direction, and no thicker than lines get", () => {
  assert.ok(strengthOf(0.02) < strengthOf(-0.2) && strengthOf(-0.2) < strengthOf(0.4));
  assert.equal(strengthOf(-0.9), 1);
});

test("the words that are named are those that change most", () => {
  assert.deepEqual(strongest(WORDS, 3).map(({ word }) => word), ["three", "One"]);
  assert.deepEqual(strongest(WORDS, 1).map(({ word }) => word), ["three"]);
});

test("points have a sign, and nothing has none", () => {
  assert.equal(formatPoints(0.1234), "+12.3");
  assert.equal(formatPoints(-0.04), "−4.0");
  assert.equal(formatPoints(-0.0004), "0.0");
  assert.equal(formatPoints(0.1234, "de"), "+12,3");
});

test("arrow keys lead from word to word, in the direction of the writing", () => {
  assert.equal(stepOf("ArrowRight", false, 3, 0), 1);
  assert.equal(stepOf("ArrowRight", false, 3, 2), 2);
  assert.equal(stepOf("ArrowLeft", false, 3, 0), 0);
  assert.equal(stepOf("ArrowLeft", true, 3, 0), 1);
  assert.equal(stepOf("End", false, 3, 0), 2);
  assert.equal(stepOf("Home", false, 3, 2), 0);
  assert.equal(stepOf("Enter", false, 3, 1), 1);
  assert.equal(stepOf("Tab", false, 3, 1), null);
});
