/**
 * What the benchmark asks of every page that it opens.
 *
 * @typedef {object} Ready
 * @property {number} milliseconds from the start of the navigation to the first answer
 * @property {number} at the same moment by the clock, in milliseconds since 1970
 * @property {string} label the first answer
 * @property {number} threads
 * @property {number} [createMilliseconds] for the session alone
 *
 * @typedef {{ label: string, milliseconds: number }} Answer
 *
 * @typedef {object} Bench
 * @property {Promise<Ready>} ready
 * @property {(input: any) => Promise<Answer>} classify
 * @property {(inputs: any[], size: number) => Promise<number>} secondsFor all inputs, `size` of them at a time
 *
 * @typedef {object} Contender
 * @property {(inputs: any[]) => Promise<string[]>} classify the label of each input
 * @property {number} threads
 * @property {number} [createMilliseconds]
 */

/**
 * Starts a contender with the page's query and answers `firstInput`, which the benchmark put in place.
 *
 * @param {(query: URLSearchParams) => Promise<Contender>} start
 */
export function offer(start) {
  const scope = /** @type {any} */ (globalThis);
  const starting = start(new URLSearchParams(location.search));

  /** @param {any} input */
  const classify = async (input) => {
    const contender = await starting;
    const begin = performance.now();
    const [label = ""] = await contender.classify([input]);
    return { label, milliseconds: performance.now() - begin };
  };

  const answerFirst = async () => {
    const { label } = await classify(scope.firstInput);
    const { threads, createMilliseconds } = await starting;
    return { ...moment(), label, threads, createMilliseconds };
  };

  /**
   * @param {any[]} inputs
   * @param {number} size
   */
  const secondsFor = async (inputs, size) => {
    const contender = await starting;
    const begin = performance.now();
    for (let i = 0; i < inputs.length; i += size) await contender.classify(inputs.slice(i, i + size));
    return (performance.now() - begin) / 1000;
  };

  /** @type {Bench} */
  scope.bench = { ready: answerFirst(), classify, secondsFor };
}

/** @returns {{ milliseconds: number, at: number }} */
function moment() {
  const milliseconds = performance.now();
  return { milliseconds, at: performance.timeOrigin + milliseconds };
}
