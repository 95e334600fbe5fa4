/** All follows the colour and the font of the page around it, light or dark, unless a property says otherwise. */
const CSS = `
:host {
  display: block;
  position: relative;
  --_line: var(--text-classifier-line, color-mix(in srgb, currentColor 60%, transparent));
  --_quiet: var(--text-classifier-quiet, color-mix(in srgb, currentColor 80%, transparent));
  --_bar: var(--text-classifier-bar, color-mix(in srgb, currentColor 60%, transparent));
  --_alarm: var(--text-classifier-alarm, currentColor);
  --_focus: var(--text-classifier-focus, currentColor);
  --_radius: var(--text-classifier-radius, 0.5rem);
  --_gap: var(--text-classifier-gap, 0.5rem);
}
:host([hidden]), [hidden] {
  display: none !important;
}
*, *::before {
  box-sizing: border-box;
}
p, ol {
  margin: 0;
  padding: 0;
  list-style: none;
}
[part~="label"] {
  display: block;
  font-weight: 600;
  margin-block-end: 0.25rem;
}
textarea, button {
  font: inherit;
  color: inherit;
  background: transparent;
  border: 1px solid var(--_line);
  border-radius: var(--_radius);
}
textarea {
  display: block;
  inline-size: 100%;
  padding: 0.5rem 0.75rem;
  resize: vertical;
}
textarea:disabled {
  opacity: 0.6;
}
button {
  padding: 0.25rem 0.75rem;
  cursor: pointer;
}
:focus-visible {
  outline: 2px solid var(--_focus);
  outline-offset: 2px;
}
progress {
  display: block;
  inline-size: 100%;
  margin-block-start: var(--_gap);
}
[part~="status"], [part~="notice"] {
  font-size: 0.875em;
  color: var(--_quiet);
  margin-block-start: var(--_gap);
}
[part~="answer"] {
  margin-block-start: var(--_gap);
}
[part~="title"] {
  font-size: 0.875em;
  color: var(--_quiet);
}
[part~="row"] {
  display: grid;
  grid-template-columns: 1fr auto;
  column-gap: 1rem;
  padding-block: 0.2rem;
  overflow-wrap: anywhere;
}
[part~="percent"] {
  font-variant-numeric: tabular-nums;
}
[part~="bar"] {
  grid-column: 1 / -1;
  block-size: 4px;
}
[part~="fill"] {
  display: block;
  block-size: 100%;
  inline-size: calc(var(--share, 0) * 100%);
  min-inline-size: 1px;
  background: var(--_bar);
  border-radius: 2px;
  transition: inline-size 0.15s;
}
[part~="error"] {
  margin-block-start: var(--_gap);
  padding: 0.5rem 0.75rem;
  border: 1px solid var(--_alarm);
  border-radius: var(--_radius);
  color: var(--_alarm);
}
[part~="retry"] {
  margin-block-start: var(--_gap);
  border-color: currentColor;
}
.heard {
  position: absolute;
  inline-size: 1px;
  block-size: 1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}
@media (forced-colors: active) {
  :host {
    --_line: CanvasText;
    --_quiet: CanvasText;
    --_bar: Highlight;
    --_alarm: CanvasText;
    --_focus: Highlight;
  }
}
@media (prefers-reduced-motion: reduce) {
  [part~="fill"] {
    transition: none;
  }
}
`;

/** @type {CSSStyleSheet | undefined} */
let sheet;

/**
 * One for all elements. Constructed, since a strict policy (`style-src 'self'`) forbids a `<style>`.
 *
 * @returns {CSSStyleSheet}
 */
export function styleSheet() {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
  }
  return sheet;
}
