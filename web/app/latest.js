/**
 * Runs one task at a time; of the values that come in meanwhile only the newest is kept. A model that is slower than
 * the typist thus falls behind by one answer at most.
 *
 * @template T
 * @param {(value: T) => Promise<void>} task
 * @returns {(value: T) => void}
 */
export function latestOnly(task) {
  let running = false;
  /** @type {{ value: T } | null} */
  let waiting = null;

  const drain = async () => {
    running = true;
    try {
      while (waiting !== null) {
        const { value } = waiting;
        waiting = null;
        await task(value);
      }
    } finally {
      running = false;
    }
  };

  return (value) => {
    waiting = { value };
    if (!running) void drain();
  };
}

/**
 * @template T
 * @param {(value: T) => void} action
 * @param {number} milliseconds of silence before the last value goes through
 * @returns {(value: T) => void}
 */
export function debounce(action, milliseconds) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  return (value) => {
    clearTimeout(timer);
    timer = setTimeout(() => action(value), milliseconds);
  };
}
