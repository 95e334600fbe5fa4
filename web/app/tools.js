import { ClassifierError } from "../classifier/plain.js";
import { loadStyle } from "./style.js";
import { create } from "./ui/dom.js";

/**
 * What is loaded only when it is first opened: a visitor with one sentence pays for nothing else.
 *
 * @typedef {import("../classifier/plain.js").Classifier} Classifier
 * @typedef {import("./site.js").Site} Site
 *
 * @typedef {object} Page what a tool is given of the page
 * @property {() => Promise<Classifier>} classifier the one that is loaded, as soon as there is one; rejects where
 *   loading has failed. A tool asks anew each time, since a page that failed may have loaded another
 * @property {() => Promise<Site>} site what the build says of the site; as above
 * @property {(text: string) => void} show puts a text into the box and answers it
 *
 * @typedef {(root: HTMLElement, page: Page) => unknown} OpenTool
 */

const MISSING = "This part of the page could not be loaded. Check the connection, then close and open it again.";

/**
 * @param {string} id of a details element, which is filled when it is first opened
 * @param {() => Promise<{ open: OpenTool }>} load
 * @param {Page} page
 * @param {{ style?: string }} [options] style: name of a style sheet that comes with it
 */
export function offerTool(id, load, page, { style } = {}) {
  const root = document.getElementById(id);
  if (!(root instanceof HTMLDetailsElement)) throw new Error(`the page has no tool #${id}`);
  let opened = false;
  root.addEventListener("toggle", async () => {
    if (!root.open || opened) return;
    opened = true;
    root.querySelector(".tool-failed")?.remove();
    try {
      const [{ open }] = await Promise.all([load(), style ? loadStyle(style) : null]);
      await open(root, page);
    } catch (error) {
      opened = false; // opened once more, it tries again
      const sentence = error instanceof ClassifierError ? error.message : MISSING;
      root.append(create("p", { class: "tool-failed panel alarm", role: "alert" }, sentence));
    }
  });
}
