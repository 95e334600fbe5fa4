/**
 * Runs one task at a time on the newest value alone: a model that is slower than the typist falls behind by one answer
 * at most.
 *
 * @param {() => string} read the value as it is now
 * @param {(value: string) => Promise<void>} task
 * @returns {() => Promise<void>} to be called when the value may have changed
 */
export function latestOnly(read, task) {
  let running = false;
  return async () => {
    if (running) return;
    running = true;
    try {
      let value;
      do {
        value = read();
        await task(value);
      } while (value !== read());
    } finally {
      running = false;
    }
  };
}
