import type { Key } from './KeyDigits.js'

/** The keys of a page, and what is known of them once it was asked for. */
export interface PageKeys {
  readonly list: readonly Key[]
  /** Few bits of each key, side by side: to look at keys that lie all over the memory costs more than all else. */
  readonly prints: readonly number[]
  /** Of all of them, in hex: a page whose records change hashes its keys once. */
  hash: string | undefined
}

/** @param list - ascending. */
export function keysOf(list: readonly Key[]): PageKeys {
  return { list, prints: list.map(printOf), hash: undefined }
}

/** Where a key stands on a page; -1 where it is not. */
export function indexOf({ list, prints }: PageKeys, key: Key): number {
  const print = printOf(key)
  for (let at = 0; at < prints.length; at++) {
    if (prints[at] === print && isSameKey(list[at] as Key, key)) return at
  }
  return -1
}

export function isKeyAt({ list }: PageKeys, at: number, key: Key): boolean {
  const known = list[at]
  return known !== undefined && (known === key || isSameKey(known, key))
}

/** Digits of an account that a print is made of: not the first ones, which accounts that lie together have in common. */
const PRINT_FROM = 24
const PRINT_TO = 30

function printOf(key: Key): number {
  let print = 0
  for (let part = 0; part < key.length; part++) {
    const value = key[part] as string | number
    if (typeof value === 'number') print = (print * 31 + value) | 0
    else
      for (let digit = PRINT_FROM; digit < PRINT_TO; digit++)
        print = (print * 31 + value.charCodeAt(digit)) | 0
  }
  return print
}

/** Whether a key begins with a prefix. */
export function isUnder(prefix: Key, key: Key): boolean {
  for (let part = 0; part < prefix.length; part++) if (prefix[part] !== key[part]) return false
  return true
}

/** Where a key stands, or would stand, among ascending ones. */
export function placeOf(keys: readonly Key[], key: Key): number {
  let at = 0
  while (at < keys.length && isBefore(keys[at] as Key, key)) at++
  return at
}

export function isBefore(a: Key, b: Key): boolean {
  for (let part = 0; part < a.length; part++) {
    const left = a[part] as string
    const right = b[part] as string
    if (left !== right) return left < right
  }
  return false
}

/** From the last part on, in which keys that lie together differ. */
export function isSameKey(a: Key, b: Key): boolean {
  for (let part = a.length - 1; part >= 0; part--) if (a[part] !== b[part]) return false
  return true
}
