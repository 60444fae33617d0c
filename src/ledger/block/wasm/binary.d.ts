/** The kernel's code in base64; null where its compiler was not installed when the sources were built. */
export const wasmBase64: string | null
