// Before a build there is no web/vendor: lets the app find its vendored packages where npm put them.
const TOKENIZERS = new URL("../../../web/node_modules/@huggingface/tokenizers/dist/", import.meta.url);

export function resolve(specifier, context, next) {
  const [, file] = specifier.split("/web/vendor/tokenizers/");
  return next(file ? new URL(file, TOKENIZERS).href : specifier, context);
}
