import { byId, create } from "./dom.js";

const button = byId("why");
const panel = byId("why-panel");

/** @type {Promise<{ toggle: () => void }> | null} */
let loading = null;

button.addEventListener("click", async () => {
  loading ??= import("../why/panel.js").then(({ createWhy }) => createWhy(button, panel));
  try {
    (await loading).toggle();
  } catch {
    loading = null; // asked once more, it tries again
    const sentence = "This part of the page could not be loaded. Check the connection and try again.";
    panel.replaceChildren(create("p", { class: "panel alarm", role: "alert" }, sentence));
    panel.hidden = false;
  }
});
