import { byId } from "./dom.js";
import { keepHistory } from "./history.js";
import "./copy.js";
import "./kin.js";
import "./truncation.js";
import "./why.js";

/**
 * What can be done with an answer. Loaded with the first one: a page that is still loading its model does without.
 *
 * @param {(text: string) => void} show
 * @param {() => void} leave where the focus goes when the history is cleared
 */
export function offerExtras(show, leave) {
  keepHistory(show, leave);
  byId("actions").hidden = false;
}
