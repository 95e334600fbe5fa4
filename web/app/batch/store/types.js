/**
 * Where a job is kept. "job" has what is said of the job and nothing else; the others have a record for each chunk of
 * rows, by its number: "cells" the rows as they were read, "facts" what was found out about them then, "answers" what
 * was answered.
 *
 * @typedef {"job" | "cells" | "facts" | "answers"} Shelf
 * @typedef {[shelf: Shelf, key: number, value: any]} Entry
 *
 * @typedef {object} Store
 * @property {boolean} lasting whether it outlives the page
 * @property {(entries: Entry[]) => Promise<void>} put all of them or none
 * @property {(shelf: Shelf, keys: number[]) => Promise<any[]>} get undefined for what is not there
 * @property {(shelf: Shelf) => Promise<any[]>} all in the order of the keys
 * @property {() => Promise<void>} clear
 */

export {};
