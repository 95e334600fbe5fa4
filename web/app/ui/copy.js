import { currentAnswer, onAnswer, onText } from "../answers.js";
import { formatCount } from "../format.js";
import { asJson, asText, linkTo } from "../share.js";
import { announce } from "./announce.js";
import { byId, create } from "./dom.js";

/** @typedef {import("../answers.js").Answer} Answer */

const said = byId("copied");

/** @type {Record<string, [name: string, make: (answer: Answer) => string | null]>} */
const KINDS = {
  text: ["The answer is copied as text.", asText],
  json: ["The answer is copied as JSON, with all labels.", asJson],
  link: ["A link that carries the text is copied. Whoever opens it sees the text; no server does.", ({ text }) => linkTo(text, location.href)],
};

byId("copy").addEventListener("click", (event) => {
  const kind = event.target instanceof Element ? event.target.closest("button")?.dataset["copy"] : undefined;
  const answer = currentAnswer();
  if (kind && answer) void copy(kind, answer);
});
onText(() => say());
onAnswer((answer) => answer ?? say());

/**
 * @param {string} kind
 * @param {Answer} answer
 */
async function copy(kind, answer) {
  const [done, make] = KINDS[kind] ?? [];
  const content = make?.(answer) ?? null;
  if (!done || content === null) {
    return say(`This text of ${formatCount(answer.text.length)} characters is too long for a link. Copy it as text instead.`);
  }
  try {
    await navigator.clipboard.writeText(content);
    say(done);
  } catch {
    // No clipboard on insecure connections, and none where the person or the browser forbids it.
    const box = create("textarea", { readonly: "", rows: "4", dir: "auto", "aria-label": "To copy by hand" });
    box.value = content;
    say("The browser did not let this page copy. Here it is, to be copied by hand.", box);
    box.select();
  }
}

/**
 * @param {string} [sentence]
 * @param {...Node} rest
 */
function say(sentence = "", ...rest) {
  if (!sentence && said.hidden) return;
  said.hidden = !sentence;
  said.replaceChildren(create("p", {}, sentence), ...rest);
  if (sentence) announce(sentence);
}
