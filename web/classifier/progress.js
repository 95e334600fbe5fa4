/**
 * @typedef {"download" | "start"} Phase
 * @typedef {{ loadedBytes: number, totalBytes: number, phase: Phase }} Progress
 */

/** Messages cost more than chunks: report in steps that a progress bar can show. */
const STEPS = 200;

/** Sums the bytes of several downloads that run side by side. */
export class ByteProgress {
  /** @type {Map<string, number>} */
  #loaded = new Map();
  #reported = -1;
  #total;
  #report;

  /**
   * @param {{ path: string, bytes: number }[]} files
   * @param {(progress: Progress) => void} report
   */
  constructor(files, report) {
    this.#total = files.reduce((sum, file) => sum + file.bytes, 0);
    this.#report = report;
  }

  /**
   * @param {string} path
   * @param {number} loaded bytes of this file so far; smaller than before when its download starts again
   */
  update(path, loaded) {
    this.#loaded.set(path, loaded);
    const step = Math.floor((this.#sum() / this.#total) * STEPS);
    if (step === this.#reported) return;
    this.#reported = step;
    this.enter("download");
  }

  /** @param {Phase} phase */
  enter(phase) {
    this.#report({ loadedBytes: this.#sum(), totalBytes: this.#total, phase });
  }

  #sum() {
    let sum = 0;
    for (const loaded of this.#loaded.values()) sum += loaded;
    return sum;
  }
}
