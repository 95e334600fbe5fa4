import { byId } from "./dom.js";

/** @param {(text: string) => void} choose */
export function onExample(choose) {
  byId("examples").addEventListener("click", (event) => {
    const chip = event.target instanceof Element ? event.target.closest("button") : null;
    if (chip) choose(chip.textContent?.trim() ?? "");
  });
}

/** @returns {string[]} */
export function exampleTexts() {
  return Array.from(byId("examples").querySelectorAll("button"), ({ textContent }) => textContent?.trim() ?? "");
}
