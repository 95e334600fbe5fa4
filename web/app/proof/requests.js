import { formatBytes, formatCount } from "../format.js";
import { byId, create } from "../ui/dom.js";
import { byOrigin } from "./origins.js";
import { table } from "./table.js";

/** @type {PerformanceResourceTiming[]} navigation entries are of this kind, too */
const seen = [];
let dropped = 0;

/** Shows every request of this page by origin, those to come as well. */
export function showRequests() {
  byId("left-policy").textContent = policy();
  const observer = new PerformanceObserver(note);
  for (const type of ["navigation", "resource"]) observer.observe({ type, buffered: true });
}

/**
 * @param {PerformanceObserverEntryList} list
 * @param {unknown} _
 * @param {{ droppedEntriesCount?: number }} [options] said with the first entries: how many there was no room for
 */
function note(list, _, { droppedEntriesCount = 0 } = {}) {
  seen.push(.../** @type {PerformanceResourceTiming[]} */ (list.getEntries()));
  dropped = Math.max(dropped, droppedEntriesCount);
  render();
}

function render() {
  const [own, ...others] = byOrigin(seen, location.origin);
  if (!own) return;
  byId("left-verdict").replaceChildren(others.length === 0 ? allFromHere(own.requests) : alarm(others));
  const rows = [own, ...others].map((row) => [row.origin, formatCount(row.requests), received(row)]);
  byId("left-origins").replaceChildren(
    table("Requests since this page was opened", ["Origin", "Requests", "Received"], rows),
    ...(dropped ? [create("p", { class: "note" }, `The browser had no room to note ${formatCount(dropped)} more.`)] : []),
  );
}

/** @param {number} requests */
function allFromHere(requests) {
  const sentence = `All ${formatCount(requests)} requests that the browser noted went to the site that this page came from.`;
  return create("p", { class: "verdict" }, sentence);
}

/** @param {import("./origins.js").Origin[]} others */
function alarm(others) {
  const requests = others.reduce((sum, { requests }) => sum + requests, 0);
  const sentence =
    `${requests === 1 ? "A request was" : `${formatCount(requests)} requests were`} made to another origin: ` +
    `${others.map(({ origin }) => origin).join(", ")}. This page makes none: an extension of the browser may have, or ` +
    "somebody has changed the page. The policy below stops those of the page itself.";
  return create("p", { class: "panel alarm", role: "alert" }, sentence);
}

/**
 * Of what a cache or the store answered, nothing came over the network; of other origins browsers do not say.
 *
 * @param {import("./origins.js").Origin} row
 */
function received({ own, bytes }) {
  if (bytes > 0) return formatBytes(bytes);
  return own ? "nothing" : "not known";
}

function policy() {
  const found = document.querySelector('meta[http-equiv="Content-Security-Policy"]');
  return found?.getAttribute("content") ?? "";
}
