/** The one-shot hash of `node:crypto`, from Node 20.12 on. */
interface OneShot {
  (algorithm: 'sha256', bytes: Uint8Array, encoding: 'buffer'): Uint8Array
  (algorithm: 'sha256', bytes: Uint8Array, encoding: 'hex'): string
}

interface Platform {
  readonly process?: { getBuiltinModule?(id: 'node:crypto'): { readonly hash?: OneShot } | undefined }
}

const oneShot = (globalThis as Platform).process?.getBuiltinModule?.('node:crypto')?.hash

/**
 * SHA-256 by the platform's own code where there is any, `undefined` elsewhere, such as in a browser.
 *
 * PERF: 1.1 us for 1 KiB and 11 us for 16 KiB, where the code in JavaScript takes 5.3 and 107 us; 0.6 against 0.7 us for 32 bytes.
 */
export const nativeSha256: ((bytes: Uint8Array) => Uint8Array) | undefined =
  oneShot === undefined
    ? undefined
    : (bytes) => {
        const digest = oneShot('sha256', bytes, 'buffer')
        // Not a Buffer, which compares and prints differently.
        return new Uint8Array(digest.buffer, digest.byteOffset, digest.length)
      }

/** The same as lower-case hexadecimal text. PERF: 0.2 us for 32 bytes, 0.7 us for 1 KiB: most of the other is the buffer it makes. */
export const nativeSha256Hex: ((bytes: Uint8Array) => string) | undefined =
  oneShot && ((bytes) => oneShot('sha256', bytes, 'hex'))
