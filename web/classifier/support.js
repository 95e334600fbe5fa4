import { ClassifierError } from "./errors.js";

// The smallest module with a SIMD instruction: () => v128, i32.const 0, i8x16.splat, i8x16.popcnt.
const SIMD_PROBE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
]);

/**
 * Says why this browser cannot run the classifier, before anything large is downloaded.
 *
 * @param {{ crypto?: { subtle?: SubtleCrypto }, DecompressionStream?: unknown,
 *   WebAssembly?: { validate(bytes: BufferSource): boolean } }} [scope]
 */
export function assertSupported(scope = globalThis) {
  if (!scope.crypto?.subtle) {
    throw new ClassifierError(
      "insecure-context",
      "The model's files cannot be verified on an insecure connection. Open this page over HTTPS, or on localhost.",
    );
  }
  if (!scope.DecompressionStream) {
    throw new ClassifierError(
      "no-decompression",
      "This browser cannot inflate compressed files (DecompressionStream), which the classifier needs. Please use a current browser.",
    );
  }
  if (!scope.WebAssembly?.validate(SIMD_PROBE)) {
    throw new ClassifierError(
      "no-webassembly",
      "This browser lacks WebAssembly with SIMD, which the classifier needs. Please use a current browser.",
    );
  }
}
