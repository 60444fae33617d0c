/*
 * What the types of refusals say, and what they refuse. Compiled with the other tests, never run: a line that ought to be refused and is not
 * fails the compiler.
 */
import { expectTypeOf } from 'vitest'
import { holds } from '../../src/ledger/events.js'
import {
  type Refusal,
  type RefusalData,
  type RefusalName,
  type RefusalOf,
  refuse,
} from '../../src/ledger/index.js'
import { reason } from '../../src/ledger/refusals/reason.js'
import type { Hotkey, Netuid, Rao } from '../../src/units/index.js'

export function whatIsGiven(name: 'SubnetNotExists' | 'FundsUnavailable', netuid: Netuid): void {
  expectTypeOf(refuse('SubnetNotExists', { netuid })).toEqualTypeOf<RefusalOf<'SubnetNotExists'>>()
  refuse('AmountTooLow', { because: 'belowLeast', offeredRao: 1n, leastRao: 2n })
  // @ts-expect-error a field is missing
  refuse('AmountTooLow', { because: 'belowLeast', offeredRao: 1n })
  // @ts-expect-error the data is missing
  refuse('SubnetNotExists')
  // @ts-expect-error a field is unknown
  refuse('SubnetNotExists', { netuid, hotkey: '5F' })
  // @ts-expect-error a field has another type
  refuse('FundsUnavailable', { balanceRao: 1, amountRao: 2n })
  // @ts-expect-error a field of another reason
  refuse('AmountTooLow', { because: 'buysNothing', offeredRao: 1n, leastRao: 2n })
  // @ts-expect-error a reason that the name does not have
  refuse('AmountTooLow', { because: 'receiver', offeredRao: 1n })
  // @ts-expect-error no name of the table
  refuse('TooQuiet', { netuid })
  // @ts-expect-error one of two names whose data differs
  refuse(name, { netuid })
}

export function whatArrives(refusal: Refusal): void {
  expectTypeOf(refusal.error).toEqualTypeOf<RefusalName>()
  expectTypeOf(refusal.remedy).toEqualTypeOf<string>()
  if (refusal.error === 'RegistrationPriceLimitExceeded' && refusal.data.because === 'steady') {
    expectTypeOf(refusal.data).toEqualTypeOf<{
      readonly because: 'steady'
      readonly netuid: Netuid
      readonly priceRao: Rao
      readonly limitRao: Rao
    }>()
  }
  if (refusal.error === 'AmountTooLow' && refusal.data.because === 'belowLeast') {
    expectTypeOf(refusal.data.leastRao).toEqualTypeOf<Rao>()
  }
  expectTypeOf<RefusalData['HotKeyAccountNotExists']>().toEqualTypeOf<{ readonly hotkey: Hotkey }>()
}

export function whatIsSaid(): void {
  reason({ data: { uid: holds.uid }, says: 'Uid {uid} is late.', remedy: 'Wait.' })
  // @ts-expect-error the sentence names what is no field
  reason({ data: { uid: holds.uid }, says: 'Uid {uid} of {netuid} is late.', remedy: 'Wait.' })
  // @ts-expect-error the remedy names what is no field
  reason({ data: { uid: holds.uid }, says: 'Uid {uid} is late.', remedy: 'Wait until {nextBlock}.' })
}
