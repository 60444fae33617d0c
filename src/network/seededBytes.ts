import { blake2b256 } from '../crypto/index.js'

/** A source of bytes that gives the same ones for the same label, and others each time it is asked; 32 at most. */
export function seededBytes(label: string): (length: number) => Uint8Array {
  let times = 0
  return (length) =>
    blake2b256(new TextEncoder().encode(`subnetkit/network/1\0${label}/${times++}`)).slice(0, length)
}
