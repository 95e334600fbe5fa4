/**
 * Verified files, inflated, in the browser's Cache Storage: what was verified when it was stored is not hashed again.
 * An entry is found by the SHA-256 of what it holds, whatever the file is called and wherever it lies, so that a new
 * release downloads only what changed. Each remembers who stored it, so that he can clean up after himself.
 */

/** The service worker of a site has caches of its own, whose names go on after this. */
const NAME = "pocket-classifier";
const OWNER = "X-Owner";

/**
 * @typedef {Uint8Array<ArrayBuffer>} Bytes
 * @typedef {{ bytes: number, sha256: string, content?: { bytes: number, sha256: string } }} Described
 */

export class FileStore {
  #cache;
  #owner;

  /**
   * @param {Cache} cache
   * @param {URL} owner the bundle, whose address also says where entries seem to lie; no request ever goes there
   */
  constructor(cache, owner) {
    this.#cache = cache;
    this.#owner = owner;
  }

  /**
   * @param {URL} owner
   * @param {{ caches?: CacheStorage }} [scope]
   * @returns {Promise<FileStore | null>} null where the browser stores nothing, as in some private windows
   */
  static async open(owner, scope = globalThis) {
    try {
      const cache = await scope.caches?.open(NAME);
      return cache ? new FileStore(cache, owner) : null;
    } catch {
      return null;
    }
  }

  /**
   * @param {Described} file
   * @returns {Promise<Bytes | null>} what the file holds; null where it is not stored, or not whole
   */
  async read(file) {
    const { bytes, sha256 } = file.content ?? file;
    try {
      const found = await this.#cache.match(this.#key(sha256));
      if (!found) return null;
      const stored = new Uint8Array(await found.arrayBuffer());
      if (stored.length === bytes) return stored;
      await this.#cache.delete(this.#key(sha256));
    } catch {
      // A copy that cannot even be read is as good as none.
    }
    return null;
  }

  /**
   * @param {Described} file
   * @param {Bytes} bytes verified
   * @returns {Promise<boolean>} false where there is no room, which is no error: it is in memory already
   */
  async write(file, bytes) {
    const headers = { "Content-Type": "application/octet-stream", [OWNER]: this.#owner.href };
    try {
      await this.#cache.put(this.#key((file.content ?? file).sha256), new Response(bytes, { headers }));
      return true;
    } catch {
      return false;
    }
  }

  /**
   * Takes away what this bundle stored before and needs no longer. What another one shares with it is downloaded once
   * more by that.
   *
   * @param {Described[]} needed
   */
  async sweep(needed) {
    const keep = new Set(needed.map((file) => this.#key((file.content ?? file).sha256)));
    try {
      for (const request of await this.#cache.keys()) {
        if (keep.has(request.url)) continue;
        const entry = await this.#cache.match(request);
        if (entry?.headers.get(OWNER) === this.#owner.href) await this.#cache.delete(request);
      }
    } catch {
      // What is left over is taken away another time.
    }
  }

  /** @param {string} sha256 */
  #key(sha256) {
    return new URL(`/${NAME}/${sha256}`, this.#owner).href;
  }
}
