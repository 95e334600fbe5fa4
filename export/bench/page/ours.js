import { offer } from "./bench.js";

/** @typedef {typeof import("../../../web/classifier/plain.js")} Library */

// This folder lies in the root of the built site.
const SITE_ROOT = new URL("../", import.meta.url);

offer(async (query) => {
  /** @type {Library} */
  const { loadClassifier } = await import(new URL("classifier/plain.js", SITE_ROOT).href);
  const bundleUrl = new URL(query.get("bundle") ?? "model/bundle.json", SITE_ROOT);
  // As the page does, whose service worker keeps the files.
  const classifier = await loadClassifier(bundleUrl, { cache: false });
  return {
    threads: classifier.report.threads,
    async classify(texts) {
      const labels = [];
      for (const text of texts) labels.push((await classifier.classify(text, { top: 1 })).label);
      return labels;
    },
  };
});
