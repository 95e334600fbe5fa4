/**
 * Links a style sheet of the site's, where it is not yet.
 *
 * @param {string} name without ending
 * @returns {Promise<void>} resolves when it holds, and also when there is none: a page without it can be read
 */
export function loadStyle(name) {
  const { href } = new URL(`../styles/${name}.css`, import.meta.url);
  if ([...document.styleSheets].some((sheet) => sheet.href === href)) return Promise.resolve();
  const link = document.createElement("link");
  link.rel = "stylesheet";
  return new Promise((resolve) => {
    link.onload = link.onerror = () => resolve();
    link.href = href;
    document.head.append(link);
  });
}
