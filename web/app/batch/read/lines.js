import { BatchError } from "../errors.js";
import { LONGEST_ROW } from "./delimited.js";

/** Lines of text from pieces that end anywhere; they end with LF, CRLF or CR. Blank ones are left out. */
export class LineReader {
  #rest = "";
  #name;
  #lines = 0;

  /** @param {string} name of the file */
  constructor(name) {
    this.#name = name;
  }

  /**
   * @param {string} text
   * @returns {string[]} the lines that have ended
   */
  push(text) {
    const whole = this.#rest + text;
    // A CR at the end may be the first half of a CRLF.
    const held = whole.endsWith("\r") ? 1 : 0;
    const lines = whole.slice(0, whole.length - held).split(/\r\n|\n|\r/);
    this.#rest = `${lines.pop()}${held ? "\r" : ""}`;
    this.#lines += lines.length;
    if (this.#rest.length > LONGEST_ROW) {
      const size = `${LONGEST_ROW.toLocaleString("en")} characters`;
      throw new BatchError(`${this.#name}, line ${this.#lines + 1}: is longer than ${size}; break it up and choose the file again.`);
    }
    return lines.filter(isFilled);
  }

  /** @returns {string[]} what is left */
  end() {
    const left = this.#rest.replace(/\r$/, "");
    this.#rest = "";
    return [left].filter(isFilled);
  }
}

/** @param {string} line */
function isFilled(line) {
  return line.trim() !== "";
}
