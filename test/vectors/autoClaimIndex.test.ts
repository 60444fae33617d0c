import { describe, expect, it } from 'vitest'
import { bytesOfHex } from '../../src/crypto/index.js'
import {
  drawnFrom,
  type IndexedList,
  placeToAdd,
  removalFrom,
} from '../../src/ledger/rules/autoClaimIndex.js'
import { parseEconomicsFile } from './economicsFile.js'
import { vectorFiles } from './vectorsDir.js'

type Operation =
  | { readonly op: 'add' | 'last_root_stake_removed'; readonly coldkey: number }
  | { readonly op: 'pick'; readonly parent_hash_hex: string; readonly count: number }

/** Two records, as a ledger has them: coldkey by place, and place by coldkey. */
class ColdkeyList implements IndexedList<number> {
  readonly #byPlace = new Map<number, number>()
  readonly #places = new Map<number, number>()

  get length(): number {
    return this.#byPlace.size
  }

  at(place: number): number | undefined {
    return this.#byPlace.get(place)
  }

  placeOf(coldkey: number): number | undefined {
    return this.#places.get(coldkey)
  }

  add(coldkey: number): void {
    const place = placeToAdd(this, coldkey)
    if (place !== null) this.#put(place, coldkey)
  }

  remove(coldkey: number): void {
    const removal = removalFrom(this, coldkey)
    if (removal === null) return
    this.#places.delete(coldkey)
    this.#byPlace.delete(removal.lastPlace)
    if (removal.moved !== null) this.#put(removal.freedPlace, removal.moved)
  }

  entries(): number[] {
    return Array.from({ length: this.length }, (_, place) => this.at(place)!)
  }

  #put(place: number, coldkey: number): void {
    this.#byPlace.set(place, coldkey)
    this.#places.set(coldkey, place)
  }
}

function applied(list: ColdkeyList, operation: Operation): object {
  if (operation.op === 'pick') {
    const picked = drawnFrom(list, bytesOfHex(operation.parent_hash_hex), operation.count)
    return { index: list.entries(), picked_coldkeys: picked }
  }
  if (operation.op === 'add') list.add(operation.coldkey)
  else list.remove(operation.coldkey)
  return { index: list.entries() }
}

const file = vectorFiles('ledger').find(({ name }) => name === 'auto_claim_index.json')

describe('auto_claim_index.json', () => {
  const { cases } = parseEconomicsFile('auto_claim_index.json', file?.content)
  it.each(cases.map(({ input, expected }, index) => ({ index, input, expected })))(
    'case $index leaves the same list and draws the same coldkeys after each operation',
    ({ input, expected }) => {
      const { operations } = input as { readonly operations: readonly Operation[] }
      const list = new ColdkeyList()
      expect({ after_each: operations.map((operation) => applied(list, operation)) }).toEqual(expected)
    },
  )
})
