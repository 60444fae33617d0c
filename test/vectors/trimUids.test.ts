import { describe, expect, it } from 'vitest'
import { trimUids } from '../../src/ledger/calls/trimUids.js'
import { storedBonds, storedWeights } from '../../src/ledger/neurons/matrices.js'
import {
  bonds,
  epochs,
  hotkeys,
  hyperparameters,
  incentives,
  lastUpdates,
  neurons,
  uids,
  weights,
} from '../../src/ledger/state/tables.js'
import { addBareSubnet, contextAt } from './contextAt.js'
import { type FileRows, rowsOfFile, sparseOfFile } from './fileRows.js'
import { idOf, numberOf } from './fileState.js'
import { vectorFiles } from './vectorsDir.js'

interface Case {
  readonly input: {
    readonly block: number
    readonly max_n: number
    readonly min_allowed_uids: number
    readonly max_allowed_uids: number
    readonly immunity_period_blocks: number
    readonly immune_owner_uids_limit: number
    readonly subnet_owner_hotkey_uid: number | null
    readonly neurons: readonly {
      readonly uid: number
      readonly emission_alpha: number
      readonly registered_at_block: number
      readonly hotkey_of_subnet_owner: boolean
    }[]
    readonly rows: readonly (readonly [uid: number, row: FileRows[number]])[]
  }
  readonly expected: {
    readonly error: string | null
    readonly old_uids_kept?: readonly number[]
    readonly rows?: readonly (readonly [uid: number, row: FileRows[number]])[]
    readonly n?: number
  }
}

const cases = vectorFiles('ledger')
  .filter(({ name }) => name === 'trim_uids.json')
  .flatMap(({ content }) => (content as { readonly cases: readonly Case[] }).cases)

const NETUID = 1
/** The owner of a bare subnet. */
const OWNER = 1
/** Account of the first neuron. */
const FIRST = 1_000

/** A subnet of the case, with the same rows as weights and bonds of two mechanisms. */
function subnetOf({ input }: Case) {
  const context = contextAt(input.block, { adminFreezeWindowBlocks: 0 })
  const { state } = context
  addBareSubnet(context, NETUID)
  state.set(hyperparameters, [NETUID], {
    ...state.hyperparameters(NETUID),
    mechanismCount: 2,
    minAllowedUids: input.min_allowed_uids,
    maxAllowedUids: input.max_allowed_uids,
    immunityPeriodBlocks: input.immunity_period_blocks,
    ownerImmuneUidsLimit: input.immune_owner_uids_limit,
  })
  const n = input.neurons.length
  for (const { uid, hotkey_of_subnet_owner: isOwners } of input.neurons) {
    const owner = idOf(isOwners ? OWNER : 2_000 + uid)
    state.set(hotkeys, [idOf(FIRST + uid)], { owner, takeU16: null, takeChangedAtBlock: 0 })
    state.set(uids, [NETUID, idOf(FIRST + uid)], uid)
  }
  if (input.subnet_owner_hotkey_uid !== null)
    state.setSubnet(NETUID, { ownerHotkey: idOf(FIRST + input.subnet_owner_hotkey_uid) })
  state.set(neurons, [NETUID], {
    hotkey: input.neurons.map(({ uid }) => idOf(FIRST + uid)),
    registeredAtBlock: Float64Array.from(input.neurons, (neuron) => neuron.registered_at_block),
  })
  state.set(epochs, [NETUID], {
    active: new Uint8Array(n),
    validatorPermit: new Uint8Array(n),
    stakeWeightU16: new Uint16Array(n),
    consensusU16: new Uint16Array(n),
    // What tells the neurons apart afterwards.
    dividendsU16: Uint16Array.from(input.neurons, ({ uid }) => uid),
    validatorTrustU16: new Uint16Array(n),
    emissionAlpha: BigUint64Array.from(input.neurons, (neuron) => BigInt(neuron.emission_alpha)),
  })
  const rows = Array.from({ length: n }, (_, uid) => input.rows.find(([row]) => row === uid)?.[1] ?? [])
  for (const mechanism of [0, 1]) {
    state.set(incentives, [NETUID, mechanism], {
      incentiveU16: Uint16Array.from(input.neurons, ({ uid }) => uid),
    })
    state.set(bonds, [NETUID, mechanism], sparseOfFile(rows))
    for (const [uid, row] of input.rows) {
      state.set(weights, [NETUID, mechanism, uid], {
        uids: Uint16Array.from(row, ([target]) => target),
        values: Uint16Array.from(row, ([, value]) => value),
      })
    }
  }
  state.set(lastUpdates, [NETUID, 0], { block: Float64Array.from(input.neurons, ({ uid }) => uid) })
  return context
}

const withEntries = (rows: FileRows) =>
  [...rows.entries()].filter(([, row]) => row.length > 0).map(([uid, row]) => [uid, row])

describe('trimming a subnet', () => {
  it('has eighty cases, of each outcome some', () => {
    expect(cases.length).toBe(80)
    expect(new Set(cases.map(({ expected }) => expected.error)).size).toBe(3)
  })

  it.each([...cases.entries()])('keeps in case %i whom the vectors keep', (_at, one) => {
    const { input, expected } = one
    const context = subnetOf(one)
    const { state } = context
    const before = state.root()
    const args = trimUids.encodeArgs({ netuid: NETUID, maxAllowedUids: input.max_n })
    const refusal = trimUids.read(args)?.(context as never, idOf(OWNER))
    expect(refusal?.error ?? null).toBe(expected.error)
    if (expected.error !== null) {
      expect(state.root()).toBe(before)
      return
    }
    const { old_uids_kept: kept = [], n } = expected
    expect(state.n(NETUID)).toBe(n)
    expect(state.hyperparameters(NETUID).maxAllowedUids).toBe(input.max_n)
    expect(state.hotkeys(NETUID).map((hotkey) => numberOf(hotkey) - FIRST)).toEqual(kept)
    expect(state.hotkeys(NETUID).map((hotkey) => state.uidOf(NETUID, hotkey))).toEqual([...kept.keys()])
    expect(state.range(uids, NETUID)).toHaveLength(kept.length)
    const registered = kept.map((uid) => input.neurons[uid]?.registered_at_block)
    expect([...state.required(neurons, NETUID).registeredAtBlock]).toEqual(registered)
    expect([...state.required(epochs, NETUID).dividendsU16]).toEqual(kept)
    expect([...state.required(lastUpdates, NETUID, 0).block]).toEqual(kept)
    // Nobody ever set weights under the second mechanism.
    expect(state.get(lastUpdates, NETUID, 1)).toBe(undefined)
    for (const mechanism of [0, 1]) {
      expect([...state.required(incentives, NETUID, mechanism).incentiveU16]).toEqual(kept)
      const rows = (expected.rows ?? []).filter(([, row]) => row.length > 0)
      expect(withEntries(rowsOfFile(storedWeights(state, NETUID, mechanism)))).toEqual(rows)
      expect(withEntries(rowsOfFile(storedBonds(state, NETUID, mechanism)))).toEqual(rows)
    }
  })
})
