/*
 * What the types of calls, events and refusals say, and what they refuse. Compiled with the other tests, never run: a line that ought to be
 * refused and is not fails the compiler.
 */
import { expectTypeOf } from 'vitest'
import { type BlockContext, refuse } from '../../src/ledger/BlockContext.js'
import { defineCall } from '../../src/ledger/calls/defineCall.js'
import { u16Field } from '../../src/ledger/calls/fields.js'
import { holds } from '../../src/ledger/events.js'
import type {
  CallArgs,
  CallName,
  HyperparameterName,
  LedgerEvent,
  LedgerEventName,
  NumberedIp,
  RefusalName,
  StakeLink,
} from '../../src/ledger/index.js'
import type { Address, Alpha, Coldkey, Hotkey, Netuid, Rao, U16, Uid } from '../../src/units/index.js'

export function whatCallsTake(): void {
  expectTypeOf<CallArgs['transfer']>().toEqualTypeOf<{ to: Address; amountRao: Rao }>()
  expectTypeOf<CallArgs['registerSubnet']>().toEqualTypeOf<{ hotkey: Hotkey }>()
  expectTypeOf<CallArgs['startSubnet']>().toEqualTypeOf<{ netuid: Netuid }>()
  expectTypeOf<CallArgs['registerNeuron']>().toEqualTypeOf<{
    netuid: Netuid
    hotkey: Hotkey
    limitRao: Rao | null
  }>()
  expectTypeOf<CallArgs['serveAxon']>().toEqualTypeOf<{
    netuid: Netuid
    ip: string | NumberedIp
    port: number
    version: number
    protocol?: number
    placeholder1?: number
    placeholder2?: number
  }>()
  expectTypeOf<CallArgs['addStake']>().toEqualTypeOf<{ netuid: Netuid; hotkey: Hotkey; amountRao: Rao }>()
  expectTypeOf<CallArgs['removeStake']>().toEqualTypeOf<{
    netuid: Netuid
    hotkey: Hotkey
    amountAlpha: Alpha
  }>()
  expectTypeOf<CallArgs['setWeights']>().toEqualTypeOf<{
    netuid: Netuid
    mechanism?: number
    uids: readonly Uid[]
    values: readonly U16[]
    versionKey: number
  }>()
  type Change = { netuid: Netuid; name: HyperparameterName; value: number | bigint | boolean }
  expectTypeOf<CallArgs['setHyperparameter']>().toEqualTypeOf<Change>()
  expectTypeOf<CallArgs['overrideHyperparameter']>().toEqualTypeOf<Change>()
  expectTypeOf<CallArgs['overrideBalance']>().toEqualTypeOf<{ account: Address; balanceRao: Rao }>()
  expectTypeOf<CallArgs['overrideEmission']>().toEqualTypeOf<{ netuid: Netuid; enabled: boolean }>()
  expectTypeOf<CallArgs['increaseTake']>().toEqualTypeOf<{ hotkey: Hotkey; takeU16: U16 }>()
  expectTypeOf<CallArgs['decreaseTake']>().toEqualTypeOf<{ hotkey: Hotkey; takeU16: U16 }>()
  expectTypeOf<CallArgs['setChildren']>().toEqualTypeOf<{
    netuid: Netuid
    hotkey: Hotkey
    children: readonly StakeLink[]
  }>()
  expectTypeOf<CallArgs['setChildkeyTake']>().toEqualTypeOf<{
    netuid: Netuid
    hotkey: Hotkey
    takeU16: U16
  }>()
  expectTypeOf<CallArgs['setAutoParentDelegationEnabled']>().toEqualTypeOf<{
    hotkey: Hotkey
    enabled: boolean
  }>()
  expectTypeOf<CallName>().toEqualTypeOf<keyof CallArgs>()
}

export function whatEventsHold(event: LedgerEvent): void {
  expectTypeOf<string>().not.toExtend<LedgerEventName>()
  expectTypeOf<string>().not.toExtend<RefusalName>()
  expectTypeOf<'EmissionPaid' | 'StakeAdded'>().toExtend<LedgerEventName>()
  expectTypeOf<'StaleNonce' | 'TempoOutOfBounds' | 'DuplicateUids' | 'BelowMinimum'>().toExtend<RefusalName>()
  if (event.name === 'StakeAdded') {
    expectTypeOf(event.data).toEqualTypeOf<{
      readonly hotkey: Hotkey
      readonly coldkey: Coldkey
      readonly amountRao: Rao
      readonly amountAlpha: Alpha
      readonly feeRao: Rao
    }>()
  }
}

const PONG = { Pong: { by: holds.address, count: holds.count } }

export function whatIsRefused(context: BlockContext<typeof PONG>, by: Address): void {
  context.emit('Pong', 1, { by, count: 1 })
  context.emit('EpochDeferred', 1, { toBlock: 7 })
  // @ts-expect-error no event of this call
  context.emit('StakeAdded', 1, { by, count: 1 })
  // @ts-expect-error a field is missing
  context.emit('Pong', 1, { by })
  // @ts-expect-error a field is unknown
  context.emit('Pong', 1, { by, count: 1, from: by })
  // @ts-expect-error a field has another type
  context.emit('Pong', 1, { by, count: 1n })

  const call = {
    does: 'Says pong.',
    signedBy: 'anybody',
    fields: { netuid: u16Field },
    refuses: ['SubnetNotExists', 'AmountTooLow'],
  } as const
  const { does, signedBy, ...silent } = call
  // @ts-expect-error nothing says what it does
  defineCall({ ...silent, signedBy, apply: () => null })
  // @ts-expect-error nothing says who signs it
  defineCall({ ...silent, does, apply: () => null })
  defineCall({
    ...call,
    apply: (_context, _signer, { netuid }) => (netuid === 0 ? refuse('SubnetNotExists', { netuid }) : null),
  })
  // @ts-expect-error no refusal of this call
  defineCall({ ...call, apply: () => refuse('TransferDisallowed', { netuid: 1 }) })
  defineCall({
    ...call,
    apply(own) {
      // @ts-expect-error this call declares no event
      own.emit('Pong', 1, { by, count: 1 })
      return null
    },
  })
}
