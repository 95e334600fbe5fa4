/** No option on behalf of pocket-classifier; `base` alone, so that the page works in any folder. */
export default { base: "./" };
