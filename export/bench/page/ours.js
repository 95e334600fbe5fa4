import { offer } from "./bench.js";

/** @typedef {typeof import("../../../web/app/classifier/client.js")} ClientModule */

// This folder lies in the root of the built site.
const SITE_ROOT = new URL("../", import.meta.url);

offer(async (query) => {
  /** @type {ClientModule} */
  const { ClassifierClient } = await import(new URL("app/classifier/client.js", SITE_ROOT).href);
  const response = await fetch(new URL(query.get("bundle") ?? "model/bundle.json", SITE_ROOT));
  const client = new ClassifierClient();
  const report = await client.load(await response.json());
  return {
    threads: report.threads,
    async classify(texts) {
      const labels = [];
      for (const text of texts) labels.push((await client.classify(text)).top[0]?.label ?? "");
      return labels;
    },
  };
});
