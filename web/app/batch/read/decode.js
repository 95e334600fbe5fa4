import { BatchError } from "../errors.js";
import { lineOfFault } from "./fault.js";

/** Bytes that are read at a time: enough to be quick, little enough to be held. */
export const SLICE = 1 << 20;

/** What a file begins with that is no text, and what its owner can do. */
const OTHER = [
  { magic: [0x50, 0x4b, 0x03, 0x04], is: "a workbook or another packed file", advice: "save the table as CSV in your spreadsheet, and choose that" },
  { magic: [0xd0, 0xcf, 0x11, 0xe0], is: "a workbook", advice: "save the table as CSV in your spreadsheet, and choose that" },
  { magic: [0x1f, 0x8b], is: "a compressed file", advice: "unpack it, and choose what is in it" },
  { magic: [0x25, 0x50, 0x44, 0x46], is: "a PDF", advice: "save its table as CSV, and choose that" },
];

/**
 * A file as pieces of text, none much larger than a slice: UTF-8, or UTF-16 that begins with its mark. The mark itself
 * is dropped.
 *
 * @param {Blob} file
 * @param {string} name
 * @param {(bytes: number) => void} [onBytes] how far it has been read
 * @returns {AsyncGenerator<string, void, void>} throws a BatchError for what is no text, naming the line
 */
export async function* decode(file, name, onBytes = () => {}) {
  if (file.size === 0) throw new BatchError(`${name} is empty: choose a file with rows in it.`);
  const encoding = await sniff(file, name);
  const decoder = new TextDecoder(encoding, { fatal: true });
  for (let from = 0; from < file.size; from += SLICE) {
    const bytes = await read(file, from, name);
    const last = from + SLICE >= file.size;
    let text;
    try {
      text = decoder.decode(bytes, { stream: !last });
    } catch (cause) {
      const where = encoding === "utf-8" ? `, line ${await lineOfFault(file, from)}` : "";
      const kind = encoding === "utf-8" ? "UTF-8" : "UTF-16";
      throw new BatchError(`${name}${where}: holds bytes that are no ${kind}; save the file as UTF-8 and choose it again.`, cause);
    }
    onBytes(Math.min(file.size, from + SLICE));
    if (text !== "") yield text;
  }
}

/**
 * @param {Blob} file
 * @param {string} name
 * @returns {Promise<"utf-8" | "utf-16le" | "utf-16be">}
 */
async function sniff(file, name) {
  const head = (await read(file, 0, name)).subarray(0, 4);
  const other = OTHER.find(({ magic }) => magic.every((byte, place) => head[place] === byte));
  if (other) throw new BatchError(`${name} is ${other.is} and no text: ${other.advice}.`);
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  if (head[0] === 0xfe && head[1] === 0xff) return "utf-16be";
  return "utf-8";
}

/**
 * @param {Blob} file
 * @param {number} from
 * @param {string} name
 */
async function read(file, from, name) {
  try {
    return new Uint8Array(await file.slice(from, from + SLICE).arrayBuffer());
  } catch (cause) {
    throw new BatchError(`${name} can no longer be read, as it was moved or changed since: choose it again.`, cause);
  }
}
