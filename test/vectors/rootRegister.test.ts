import { describe, expect, it } from 'vitest'
import type { BlockContext } from '../../src/ledger/BlockContext.js'
import { countRootRegistrationsAnew } from '../../src/ledger/block/countRootRegistrationsAnew.js'
import { rootRegister } from '../../src/ledger/calls/rootRegister.js'
import { ROOT } from '../../src/ledger/state/account.js'
import { hotkeys, hyperparameters, neurons, stakes } from '../../src/ledger/state/tables.js'
import { SAFE_FLOAT_ZERO } from '../../src/math/index.js'
import { atBlock, contextAt } from './contextAt.js'
import { comparable, type FileInteger } from './economicsFile.js'
import { hotkeyOf, idOf, numberOf } from './fileState.js'
import { vectorFiles } from './vectorsDir.js'

type Operation =
  | { readonly op: 'next_block' }
  | { readonly op: 'root_register'; readonly coldkey: number; readonly hotkey: number }

interface Case {
  readonly input: {
    readonly initial: {
      readonly block: number
      readonly seats: number
      readonly tempo: number
      readonly target_registrations_per_interval: number
      readonly max_registrations_per_block: number
      readonly root_stake_rao: readonly (readonly [number, FileInteger])[]
      readonly hotkey_owners: readonly (readonly [number, number])[]
    }
    readonly operations: readonly Operation[]
  }
  readonly expected: { readonly after_each: unknown }
}

const cases = vectorFiles('ledger')
  .filter(({ name }) => name === 'root_register.json')
  .flatMap(({ content }) => (content as { readonly cases: readonly Case[] }).cases)

function begin({ initial }: Case['input']): BlockContext {
  const context = contextAt(initial.block)
  const { state } = context
  state.set(hyperparameters, [ROOT], {
    ...state.hyperparameters(ROOT),
    maxAllowedUids: initial.seats,
    tempoBlocks: initial.tempo,
  })
  for (const [hotkey, rao] of initial.root_stake_rao) {
    state.set(stakes, [ROOT, idOf(hotkey)], { totalAlpha: BigInt(rao), denominator: SAFE_FLOAT_ZERO })
  }
  for (const [hotkey, owner] of initial.hotkey_owners) {
    state.set(hotkeys, [idOf(hotkey)], { owner: idOf(owner), takeU16: null, takeChangedAtBlock: 0 })
  }
  return context
}

function afterEach(input: Case['input']): unknown {
  let context = begin(input)
  const { state, config } = context
  return input.operations.map((operation) => {
    let error: string | null = null
    if (operation.op === 'next_block') {
      context = atBlock(state, config, context.block + 1)
      countRootRegistrationsAnew(context)
    } else {
      const run = rootRegister.read(rootRegister.encodeArgs({ hotkey: hotkeyOf(operation.hotkey) }))!
      const before = state.savepoint()
      error = run(context, idOf(operation.coldkey))?.error ?? null
      if (error !== null) state.rollback(before)
    }
    const owned = state.range(hotkeys)
    return {
      block: context.block,
      error,
      keys_by_uid: state.required(neurons, ROOT).hotkey.map(numberOf),
      hotkey_owners: owned.map(([[hotkey], { owner }]) => [numberOf(hotkey), numberOf(owner)]),
      delegate_takes_u16: owned.flatMap(([[hotkey], { takeU16 }]) =>
        takeU16 === null ? [] : [[numberOf(hotkey), takeU16]],
      ),
    }
  })
}

describe('registering on root', () => {
  it.each(cases.map((one, index) => [index, one] as const))('case %i', (_index, { input, expected }) => {
    const { target_registrations_per_interval: target, max_registrations_per_block: most } = input.initial
    expect([target, most]).toEqual([1, 1])
    expect(comparable(afterEach(input))).toEqual(comparable(expected.after_each))
  })
})
