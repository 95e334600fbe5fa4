import assert from "node:assert/strict";
import { test } from "node:test";
import { describeKin, findKin } from "../../../web/app/kin.js";

const FAMILIES = [["afraid", "terrified"], ["angry", "annoyed", "furious"]];

const rows = (shares) => Object.entries(shares).map(([label, probability], index) => ({ label, probability, index }));

test("near-synonyms among the rows are found, wherever they stand, and added up", () => {
  const scores = rows({ furious: 0.52, sad: 0.05, angry: 0.38, afraid: 0.03 });
  const [kin, ...others] = findKin(scores, FAMILIES);
  assert.deepEqual(others, []);
  assert.deepEqual([kin.ranks, kin.lane], [[0, 2], 0]);
  assert.equal(describeKin(kin), "furious 52.0% and angry 38.0% are near-synonyms here: together 90.0%.");
});

test("a label by itself, and one that nobody can see, has no kin", () => {
  assert.deepEqual(findKin(rows({ angry: 0.6, sad: 0.4 }), FAMILIES), []);
  assert.deepEqual(findKin(rows({ angry: 0.99, furious: 0.0099 }), FAMILIES), []);
  assert.deepEqual(findKin(rows({ angry: 0.5, furious: 0.5 }), []), []);
});

test("what is shown adds up as shown, or says that it does not", () => {
  const [exact] = findKin(rows({ angry: 0.3801, furious: 0.2002 }), FAMILIES);
  assert.equal(describeKin(exact), "angry 38.0% and furious 20.0% are near-synonyms here: together 58.0%.");
  const [rounded] = findKin(rows({ angry: 0.3804, furious: 0.2004 }), FAMILIES);
  assert.equal(describeKin(rounded), "angry 38.0% and furious 20.0% are near-synonyms here: together about 58.1%.");
  const [three] = findKin(rows({ angry: 0.3, furious: 0.2, annoyed: 0.1 }), FAMILIES);
  assert.equal(describeKin(three), "angry 30.0%, furious 20.0% and annoyed 10.0% are near-synonyms here: together 60.0%.");
});

test("brackets stand in one line where they can, side by side where they overlap, the likelier family first", () => {
  const apart = findKin(rows({ angry: 0.3, furious: 0.2, afraid: 0.15, terrified: 0.1 }), FAMILIES);
  assert.deepEqual(apart.map(({ ranks, lane }) => [ranks, lane]), [[[0, 1], 0], [[2, 3], 0]]);
  const crossed = findKin(rows({ angry: 0.3, afraid: 0.29, terrified: 0.28, furious: 0.02 }), FAMILIES);
  assert.deepEqual(crossed.map(({ ranks, lane }) => [ranks, lane]), [[[1, 2], 0], [[0, 3], 1]]);
});

test("no more than two families are drawn", () => {
  const scores = rows({ a: 0.3, b: 0.2, c: 0.15, d: 0.1, e: 0.05, f: 0.04 });
  assert.deepEqual(findKin(scores, [["e", "f"], ["a", "b"], ["c", "d"]]).map(({ ranks }) => ranks), [[0, 1], [2, 3]]);
});
