import { debounce } from "../latest.js";
import { byId } from "./dom.js";

/** A screen reader hears what has rested for a second, not every keystroke and every megabyte. */
const REST = 1000;

const region = byId("announcement");

/** @type {(text: string) => void} */
export const announce = debounce((text) => {
  region.textContent = text;
}, REST);
