/*
 * What follows from the one entry of a hyperparameter. Compiled with the other tests, never run: a line that ought to be refused and is not
 * fails the compiler.
 */
import { expectTypeOf } from 'vitest'
import { localnetPreset } from '../../src/chain/index.js'
import type {
  ChainConfig,
  ChainSettings,
  HyperparameterName,
  Hyperparameters,
} from '../../src/ledger/index.js'
import type {
  EpochHyperparameters,
  HYPERPARAMETERS,
  hyperparameterColumns,
} from '../../src/ledger/rules/hyperparameters.js'
import type { Column, ValueOf } from '../../src/ledger/state/columns.js'

type Entries = typeof HYPERPARAMETERS

// Names, values, columns and what the epoch reads are those of the entries, whichever there are.
expectTypeOf<HyperparameterName>().toEqualTypeOf<keyof Entries>()
expectTypeOf<Hyperparameters>().toEqualTypeOf<{
  readonly [N in keyof Entries]: ValueOf<Entries[N]['column']>
}>()
expectTypeOf<keyof typeof hyperparameterColumns>().toEqualTypeOf<keyof Entries>()
expectTypeOf<ChainConfig['hyperparameters']>().toEqualTypeOf<Hyperparameters>()
expectTypeOf<keyof EpochHyperparameters>().toExtend<keyof Entries>()

expectTypeOf<Hyperparameters['kappaU16']>().toEqualTypeOf<number>()
expectTypeOf<Hyperparameters['minBurnRao']>().toEqualTypeOf<bigint>()
expectTypeOf<Hyperparameters['yuma3Enabled']>().toEqualTypeOf<boolean>()
expectTypeOf<EpochHyperparameters>().toHaveProperty('kappaU16')
expectTypeOf<EpochHyperparameters>().not.toHaveProperty('minBurnRao')
expectTypeOf<(typeof hyperparameterColumns)['maxBurnRao']>().toEqualTypeOf<Column<bigint>>()
expectTypeOf<ChainSettings['callOrder']>().toEqualTypeOf<'signerNonce' | 'given'>()

export function wrongOverrides(): void {
  // @ts-expect-error: there is no such hyperparameter
  localnetPreset({ hyperparameters: { kappa: 1 } })
  // @ts-expect-error: it is a bigint
  localnetPreset({ hyperparameters: { minBurnRao: 1 } })
  // @ts-expect-error: there is no such setting
  localnetPreset({ config: { callWindow: 5 } })
  localnetPreset({ hyperparameters: { kappaU16: 1 }, config: { callWindowBlocks: 5 } })
}
