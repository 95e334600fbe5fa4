// Runs before the built page's own program: writes a text into its box, as a visitor would who types while it loads,
// and tells when the answer is on the screen.
{
  const scope = /** @type {any} */ (globalThis);

  /** @type {Promise<import("./bench.js").Ready>} */
  const ready = new Promise((resolve, reject) => {
    const check = () => {
      const first = document.querySelector("#results li");
      if (document.body.dataset["state"] === "error") {
        reject(new Error(document.querySelector("#error-text")?.textContent ?? "the page failed"));
      }
      if (!(first instanceof HTMLElement) || !first.dataset["label"]) return;
      const milliseconds = performance.now();
      resolve({ milliseconds, at: performance.timeOrigin + milliseconds, label: first.dataset["label"], threads: threads() });
    };
    // What the page itself says that it runs on.
    const threads = () => Number(document.body.dataset["threads"]);
    addEventListener("DOMContentLoaded", () => {
      const box = document.querySelector("#text");
      if (box instanceof HTMLTextAreaElement) box.value = scope.firstInput;
      const attributeFilter = ["data-label", "data-state"];
      new MutationObserver(check).observe(document.body, { attributeFilter, childList: true, subtree: true });
    });
  });
  scope.bench = { ready, settled: () => navigator.serviceWorker.ready.then(() => undefined) };
}
