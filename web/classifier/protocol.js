/**
 * What the page and a worker say to each other: the page calls, each call has an answer, a load has news before it.
 *
 * @typedef {import("./progress.js").Progress} Progress
 * @typedef {import("./engine.js").EngineReport} EngineReport
 *
 * @typedef {object} LoadCall
 * @property {"load"} method
 * @property {import("./bundle-types.js").Bundle} bundle
 * @property {string} bundleUrl
 * @property {string | null} runtimeUrl null where the worker has the runtime in itself
 * @property {number} threads
 * @property {boolean} cache whether files are kept in, and taken from, Cache Storage
 * @property {boolean} [trustStored] whether the word of the page's own store is taken for a hash
 * @property {readonly string[]} allowOrigins
 * @property {import("./sources.js").Handed} [files]
 *
 * @typedef {{ method: "classify", text: string, top?: number }} ClassifyCall
 * @typedef {{ method: "examine" | "measure", text: string }} TextCall
 * @typedef {ClassifyCall | TextCall | { method: "files" | "golden" }} Call
 * @typedef {{ method: "prepare", runtimeUrl: string | null, trustStored?: boolean } | { method: "drop", of: number }} Note
 * @typedef {(LoadCall | Call | Note) & { id: number }} Request
 * @typedef {object} Reply
 * @property {number} id
 * @property {any} [result]
 * @property {import("./errors.js").ErrorRecord} [error]
 * @property {Progress} [progress]
 * @property {import("./session.js").Stage} [stage]
 *
 * @typedef {object} LoadOptions
 * @property {(progress: Progress) => void} [onProgress]
 * @property {AbortSignal} [signal] ends the worker with all that it downloads; load then rejects with its reason
 * @property {number} [silence] milliseconds for the worker's program to arrive
 *
 * @typedef {object} CallOptions
 * @property {AbortSignal} [signal]
 * @property {number} [within] milliseconds after which a worker that says nothing is taken for dead
 *
 * @typedef {object} WorkerLike what the client needs of a worker
 * @property {(message: Request) => void} postMessage
 * @property {() => void} terminate
 * @property {((event: any) => void) | null} onmessage
 * @property {((event: any) => void) | null} onmessageerror
 * @property {((event: any) => void) | null} onerror
 *
 * @typedef {object} Pending
 * @property {(result: any) => void} resolve
 * @property {(error: unknown) => void} reject
 * @property {(reply: Reply) => void} onNews
 */

export {};
