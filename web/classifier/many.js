/**
 * Runs a task on every value of a source and gives the results in the order of the values, whichever is done first. No
 * more than a few values are read before the results of those before them are taken, so that a source may be endless.
 *
 * @template T, R
 * @param {Iterable<T> | AsyncIterable<T>} source
 * @param {(value: T, index: number, signal: AbortSignal) => Promise<R>} run
 * @param {{ ahead: number, signal?: AbortSignal }} options how many values are under way at most
 * @returns {AsyncGenerator<R, void, void>} leaving it early ends what is under way
 */
export async function* inOrder(source, run, { ahead, signal }) {
  signal?.throwIfAborted();
  const values = iterate(source);
  const stop = new AbortController();
  /** @type {{ row: Promise<R>, settled: boolean }[]} */
  const rows = [];
  let count = 0;
  let reading = false;
  let ended = false;
  /** @type {{ error: unknown } | null} */
  let broken = null;
  let notify = () => {};
  const cancel = () => {
    stop.abort(signal?.reason);
    notify();
  };
  signal?.addEventListener("abort", cancel);

  const read = async () => {
    reading = true;
    try {
      const next = await values.next();
      if (next.done) ended = true;
      else if (!stop.signal.aborted) add(await next.value);
    } catch (error) {
      ended = true;
      broken = { error };
    } finally {
      reading = false;
      notify();
    }
  };
  const add = (/** @type {T} */ value) => {
    const entry = { row: run(value, count++, stop.signal), settled: false };
    const settle = () => {
      entry.settled = true;
      notify();
    };
    entry.row.then(settle, settle);
    rows.push(entry);
  };

  try {
    for (;;) {
      signal?.throwIfAborted();
      if (!ended && !reading && rows.length < ahead) void read();
      const first = rows[0];
      if (first?.settled) {
        rows.shift();
        yield await first.row;
      } else if (first === undefined && ended && !reading) {
        // What was read before the source broke has been handed out.
        if (broken) throw /** @type {{ error: unknown }} */ (broken).error;
        return;
      } else {
        await new Promise((resolve) => (notify = () => resolve(undefined)));
      }
    }
  } finally {
    signal?.removeEventListener("abort", cancel);
    const unfinished = !ended;
    ended = true;
    stop.abort(new DOMException("Nobody takes the results any more.", "AbortError"));
    // Not waited for: a source that is being read may never come to an end.
    if (unfinished) void Promise.resolve(values.return?.()).catch(() => {});
  }
}

/**
 * @template T
 * @param {Iterable<T> | AsyncIterable<T>} source
 * @returns {Iterator<T> | AsyncIterator<T>}
 */
function iterate(source) {
  const async = /** @type {AsyncIterable<T>} */ (source)[Symbol.asyncIterator];
  return async ? async.call(source) : /** @type {Iterable<T>} */ (source)[Symbol.iterator]();
}
