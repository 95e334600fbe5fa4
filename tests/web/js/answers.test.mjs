import assert from "node:assert/strict";
import { test } from "node:test";
import { changeText, currentAnswer, onAnswer, onText, setAnswer } from "../../../web/app/answers.js";

test("all hear of an answer, those who come later too; a changed text is told apart", () => {
  const heard = [];
  onAnswer((answer) => heard.push(answer?.text ?? null));
  onText(() => heard.push("changed"));
  assert.deepEqual(heard, []);
  setAnswer({ text: "one" });
  changeText();
  onAnswer((answer) => heard.push(`late ${answer?.text}`));
  assert.equal(currentAnswer().text, "one");
  setAnswer(null);
  assert.deepEqual(heard, ["one", "changed", "late one", null, "late undefined"]);
});
