import { byId } from "../ui/dom.js";
import { showKept } from "./kept.js";
import { lookForNewer } from "./newer.js";
import { showRequests } from "./requests.js";
import { showShipped } from "./shipped.js";
import { offerVerification } from "./verification.js";

/**
 * What a sceptic can check on the own device.
 *
 * @param {HTMLElement} root
 * @param {import("../tools.js").Page} page
 */
export async function open(root, page) {
  addStyles();
  showRequests();
  void showKept();
  offerVerification(page);
  const look = byId("look-newer", HTMLButtonElement);
  const said = byId("newer");
  look.disabled = false;
  look.addEventListener("click", async () => {
    look.disabled = true;
    said.textContent = "Asking the server…";
    await lookForNewer((sentence) => (said.textContent = sentence));
    look.disabled = false;
    void showKept();
  });
  /** The model may still be loading, and what is said of it waits for that; the rest of the panel does not. */
  const describe = () =>
    void Promise.all([page.site(), page.classifier()]).then(
      ([site, classifier]) => showShipped(site, classifier.bundle),
      () => (byId("shipped").textContent = "Nothing can be said of the model, because it could not be loaded."),
    );
  root.addEventListener("toggle", () => {
    if (!root.hasAttribute("open")) return;
    void showKept();
    describe();
  });
  describe();
}

/** Loaded with the panel: a visitor who never opens it does without. */
function addStyles() {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = new URL("../../styles/proof.css", import.meta.url).href;
  document.head.append(link);
}
