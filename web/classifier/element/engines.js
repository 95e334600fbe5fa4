/**
 * @typedef {object} Result what `classify` of the library answers, as far as an element needs it
 * @property {string} label
 * @property {number} probability
 * @property {boolean} unsure
 * @property {{ label: string, probability: number }[]} scores most probable first
 * @property {boolean} truncated
 *
 * @typedef {object} ClassifierLike what an element needs of a classifier
 * @property {(text: string, options?: { top?: number, signal?: AbortSignal }) => Promise<Result>} classify
 * @property {() => void} dispose
 *
 * @typedef {{ loadedBytes: number, totalBytes: number, phase: string }} Progress
 * @typedef {{ runtimeUrl?: string, onProgress?: (progress: Progress) => void, signal?: AbortSignal }} LoadOptions
 * @typedef {(bundleUrl: string, options: LoadOptions) => Promise<ClassifierLike>} Load
 *
 * @typedef {object} Engine one classifier and those who use it
 * @property {Promise<ClassifierLike>} classifier
 * @property {AbortController} stop
 * @property {Set<(progress: Progress) => void>} users
 * @property {Progress | null} progress the last that was heard
 *
 * @typedef {object} Use
 * @property {Promise<ClassifierLike>} classifier
 * @property {() => void} release to be called once it is needed no more; the last one ends the engine
 * @property {() => void} condemn the engine has failed: whoever comes next gets another
 */

/** Classifiers that several elements of a page use together: one for each bundle, for as long as somebody needs it. */
export class Engines {
  #load;
  /** @type {Map<string, Engine>} */
  #shared = new Map();

  /** @param {Load} load */
  constructor(load) {
    this.#load = load;
  }

  /**
   * @param {string} bundleUrl absolute
   * @param {string | undefined} runtimeUrl absolute
   * @param {(progress: Progress) => void} onProgress
   * @returns {Use}
   */
  use(bundleUrl, runtimeUrl, onProgress) {
    const key = JSON.stringify([bundleUrl, runtimeUrl]);
    const engine = this.#shared.get(key) ?? this.#start(key, bundleUrl, runtimeUrl);
    // A function of its own for each use, so that two with the same listener count as two.
    const user = (/** @type {Progress} */ progress) => onProgress(progress);
    engine.users.add(user);
    if (engine.progress) user(engine.progress);
    const condemn = () => {
      if (this.#shared.get(key) === engine) this.#shared.delete(key);
    };
    const release = () => {
      if (!engine.users.delete(user)) return;
      // Not at once: an element that is moved leaves the page and enters it again.
      setTimeout(() => {
        if (engine.users.size > 0) return;
        condemn();
        end(engine);
      });
    };
    return { classifier: engine.classifier, release, condemn };
  }

  /**
   * @param {string} key
   * @param {string} bundleUrl
   * @param {string | undefined} runtimeUrl
   * @returns {Engine}
   */
  #start(key, bundleUrl, runtimeUrl) {
    const stop = new AbortController();
    /** @type {Engine["users"]} */
    const users = new Set();
    const onProgress = (/** @type {Progress} */ progress) => {
      engine.progress = progress;
      for (const user of users) user(progress);
    };
    const options = { ...(runtimeUrl && { runtimeUrl }), onProgress, signal: stop.signal };
    // Started a moment later, so that no loader can call back before there is an engine.
    const classifier = Promise.resolve().then(() => this.#load(bundleUrl, options));
    /** @type {Engine} */
    const engine = { classifier, stop, users, progress: null };
    this.#shared.set(key, engine);
    // A load that has failed is not to be shared; those who wait for it hear of it themselves.
    classifier.catch(() => this.#shared.get(key) === engine && this.#shared.delete(key));
    return engine;
  }
}

/** @param {Engine} engine */
function end({ classifier, stop }) {
  stop.abort();
  classifier.then(
    (loaded) => loaded.dispose(),
    () => {},
  );
}
