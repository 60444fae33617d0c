/** The code of the wasm backend in base64; null where its compiler was not installed when the sources were built. */
export const wasmBase64: string | null
