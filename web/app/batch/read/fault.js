const SLICE = 1 << 20;
const NEWLINE = 0x0a;

/**
 * The line in which the first byte stands that is no UTF-8. Sought only when there is one, so that reading need not
 * count.
 *
 * @param {Blob} file
 * @param {number} from where the slice begins that could not be decoded; all before it could
 * @returns {Promise<number>} counted from 1
 */
export async function lineOfFault(file, from) {
  // A character may have begun in the slice before.
  const begin = Math.max(0, from - 3);
  const bytes = new Uint8Array(await file.slice(begin, from + SLICE).arrayBuffer());
  let skipped = 0;
  while (begin > 0 && skipped < 3 && isContinuation(bytes[skipped])) skipped += 1;
  const place = begin + skipped + firstFault(bytes.subarray(skipped));
  let line = 1;
  for (let at = 0; at < place; at += SLICE) {
    const part = new Uint8Array(await file.slice(at, Math.min(place, at + SLICE)).arrayBuffer());
    for (const byte of part) if (byte === NEWLINE) line += 1;
  }
  return line;
}

/** @param {number | undefined} byte */
function isContinuation(byte) {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

/**
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {number} how many of them can be decoded before the fault
 */
function firstFault(bytes) {
  let good = 0;
  let bad = bytes.length;
  while (good + 1 < bad) {
    const middle = (good + bad) >> 1;
    if (isGood(bytes.subarray(0, middle))) good = middle;
    else bad = middle;
  }
  return good;
}

/** @param {Uint8Array<ArrayBuffer>} bytes */
function isGood(bytes) {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
