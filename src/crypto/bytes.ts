import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { isBytes } from '../checks/index.js'
import { HiddenValue, InvalidArgumentError, ShapeError } from '../errors/index.js'

/** Lower-case hexadecimal text of bytes, without `0x`. */
export function hexOf(bytes: Uint8Array): string {
  assertBytes('bytes', bytes)
  return bytesToHex(bytes)
}

/**
 * Bytes of hexadecimal text, with or without `0x`, in either case.
 *
 * @throws InvalidArgumentError when the text is no hexadecimal or has an odd number of digits. The text itself
 * is left out of the error: it may be a secret.
 */
export function bytesOfHex(text: string): Uint8Array {
  assertText('text', text)
  const digits = text.startsWith('0x') ? text.slice(2) : text
  if (digits.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(digits)) {
    throw new InvalidArgumentError({
      field: 'text',
      value: `${text.length} characters`,
      remedy: 'Pass an even number of hexadecimal digits, with or without 0x.',
    })
  }
  return hexToBytes(digits)
}

// Hand-written, since these stand before work of microseconds; the values may be secret and never reach an error.

/** @throws InvalidArgumentError for what is no Uint8Array. */
export function assertBytes(field: string, bytes: Uint8Array): void {
  if (!isBytes(bytes)) {
    throw new InvalidArgumentError({ field, value: HiddenValue.of(bytes), remedy: 'Pass a Uint8Array.' })
  }
}

/** @throws InvalidArgumentError for what is no text. */
export function assertText(field: string, text: string): void {
  if (typeof text !== 'string') {
    throw new InvalidArgumentError({ field, value: HiddenValue.of(text), remedy: 'Pass text.' })
  }
}

/** Checks kind and length; the bytes themselves never reach the error. */
export function assertLength(field: string, bytes: Uint8Array, expectedLength: number): void {
  assertBytes(field, bytes)
  if (bytes.length !== expectedLength) {
    throw new ShapeError({ field, expectedLength, actualLength: bytes.length })
  }
}

/** Whether two byte strings are equal, in a time that depends on their lengths only. */
export function secretEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (let index = 0; index < a.length; index++) difference |= a[index]! ^ b[index]!
  return difference === 0
}
