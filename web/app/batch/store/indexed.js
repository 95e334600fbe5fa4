const VERSION = 1;
/** @type {import("./types.js").Shelf[]} */
const SHELVES = ["job", "cells", "facts", "answers"];

/**
 * A store in IndexedDB, which every engine has and which commits all of a transaction or none of it.
 *
 * @param {string} name of the database
 * @returns {Promise<import("./types.js").Store>} rejects where the browser keeps nothing, as in some private windows
 */
export async function openIndexed(name) {
  const database = await open(name);
  database.onversionchange = () => database.close();
  return {
    lasting: true,
    put: (entries) =>
      transact(database, "readwrite", (transaction) => {
        for (const [shelf, key, value] of entries) transaction.objectStore(shelf).put(value, key);
      }),
    async get(shelf, keys) {
      /** @type {IDBRequest[]} */
      let requests = [];
      await transact(database, "readonly", (transaction) => {
        requests = keys.map((key) => transaction.objectStore(shelf).get(key));
      });
      return requests.map((request) => request.result);
    },
    async all(shelf) {
      /** @type {IDBRequest | undefined} */
      let request;
      await transact(database, "readonly", (transaction) => {
        request = transaction.objectStore(shelf).getAll();
      });
      return request?.result ?? [];
    },
    clear: () =>
      transact(database, "readwrite", (transaction) => {
        for (const shelf of SHELVES) transaction.objectStore(shelf).clear();
      }),
  };
}

/**
 * @param {string} name
 * @returns {Promise<IDBDatabase>}
 */
function open(name) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, VERSION);
    request.onupgradeneeded = () => {
      for (const shelf of SHELVES) request.result.createObjectStore(shelf);
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/**
 * @param {IDBDatabase} database
 * @param {IDBTransactionMode} mode
 * @param {(transaction: IDBTransaction) => void} act
 * @returns {Promise<void>} when it is committed
 */
function transact(database, mode, act) {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(SHELVES, mode);
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new DOMException("The browser ended it.", "AbortError"));
    try {
      act(transaction);
    } catch (error) {
      transaction.abort();
      reject(error);
    }
  });
}
