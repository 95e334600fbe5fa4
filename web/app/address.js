/**
 * The text in the address. A fragment, as in #text=…, never leaves the browser.
 *
 * A query does: it goes to the server, and stands in its access log, when no service worker answers. So links carry
 * fragments, and a query is only what other apps share with the installed page: by then the service worker answers,
 * and serves the index from its store, whatever stands behind the question mark. What has been read is taken out of
 * the address at once, so that neither a reload nor a bookmark sends it.
 */

/** What a share consists of, the likeliest text first. */
const SHARED = ["text", "title", "url"];

/**
 * @param {string} page
 * @returns {string} the text of the fragment, or else what was shared; empty where there is none
 */
export function textIn(page) {
  const { hash, searchParams } = new URL(page);
  const shared = SHARED.map((name) => searchParams.get(name) ?? "").find((value) => value.trim() !== "");
  return new URLSearchParams(hash.slice(1)).get("text") || shared || "";
}

/** @returns {string} what the address carries, which is taken out of it where a reload would send it */
export function takeShared() {
  const text = textIn(location.href);
  const { searchParams } = new URL(location.href);
  if (SHARED.some((name) => searchParams.has(name))) history.replaceState(history.state, "", location.pathname + location.hash);
  return text;
}
