/** No option on behalf of pocket-classifier. */
export default {
  mode: "production",
  entry: "./main.js",
  performance: { hints: false }, // a model is larger than what they advise
};
