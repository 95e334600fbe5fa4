import { formatBytes } from "../format.js";
import { isStored } from "../offline.js";
import { byId, create } from "../ui/dom.js";
import { hasActive } from "../versions.js";

let listening = false;

/** Shows what of the site is kept on this device, and by whom. */
export async function showKept() {
  if (!listening) {
    listening = true;
    window.addEventListener("online", () => void showKept());
    window.addEventListener("offline", () => void showKept());
  }
  const [active, room, kept] = await Promise.all([hasActive(), estimate(), isKept()]);
  /** @type {[string, string][]} */
  const facts = [
    ["Network", navigator.onLine ? "on, says the browser" : "off, says the browser"],
    ["This page came", isStored() ? "out of the store on this device" : "from the server"],
    ["Next visit", active ? "is answered by the store, with the network or without" : "needs the network: nothing is stored"],
    ["Kept", kept],
    ["Room", room],
    ["Version", document.documentElement.dataset["version"] ?? ""],
  ];
  const shown = facts.filter(([, value]) => value !== "");
  byId("kept").replaceChildren(...shown.flatMap(([term, value]) => [create("dt", {}, term), create("dd", {}, value)]));
}

/** @returns {Promise<string>} empty where the browser does not say */
async function estimate() {
  const { usage, quota } = (await navigator.storage?.estimate?.().catch(() => undefined)) ?? {};
  if (usage === undefined || quota === undefined) return "";
  return `about ${formatBytes(usage)} used by this host, of ${formatBytes(quota)} that the browser allows`;
}

/** @returns {Promise<string>} empty where the browser does not say */
async function isKept() {
  const persisted = await navigator.storage?.persisted?.().catch(() => undefined);
  if (persisted === undefined) return "";
  return persisted ? "until you delete it" : "until you delete it, or the browser needs the room";
}
