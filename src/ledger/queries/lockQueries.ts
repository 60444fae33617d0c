import { type Alpha, asHotkey, type Hotkey, type Netuid } from '../../units/index.js'
import { hotkeySums, lockClock, ownerSums } from '../money/lockSums.js'
import { lockOf } from '../money/locks.js'
import type { LockAmount, LockKind } from '../rules/locks/Lock.js'
import type { Aggregates } from '../rules/locks/ownerByConviction.js'
import { rollLock } from '../rules/locks/rollLock.js'
import { accountOf } from '../state/account.js'
import { locksByColdkey } from '../state/tables.js'
import { coldkey, DEFAULT_PAGE, hotkey, limit, netuid } from './arguments.js'
import { defineQuery, leftOut, type QueryContext } from './defineQuery.js'
import { type Page, pageOf } from './page.js'

/** A coldkey's lock on a subnet, as it is at the head. */
export interface LockView {
  readonly netuid: Netuid
  readonly hotkey: Hotkey
  /** Alpha that may not leave. */
  readonly lockedAlpha: Alpha
  /** Alpha that has been locked for long, times 2^64. */
  readonly convictionBits: bigint
  /** Whether it stays; otherwise it decays. */
  readonly isPerpetual: boolean
}

/** Locks of a coldkey, by netuid. PERF: one look-up per entry of the page. */
export const locks = defineQuery(
  { coldkey, from: leftOut(netuid), limit },
  (context, args): Page<LockView, Netuid> => {
    const { state } = context
    const owner = accountOf(args.coldkey)
    const first = args.from === undefined ? undefined : ([owner, args.from] as const)
    return pageOf(
      state.rangeFrom(locksByColdkey, [owner], first),
      { entries: args.limit ?? DEFAULT_PAGE },
      ([[, at]]) => {
        const held = lockOf(state, at, owner)
        if (held === null) return undefined
        const { massAlpha, convictionBits } = rollLock(held.lock, clockOf(context), held.kind)
        return {
          netuid: at,
          hotkey: asHotkey(state.addressOf(held.hotkey)),
          lockedAlpha: massAlpha,
          convictionBits,
          isPerpetual: held.kind.isPerpetual,
        }
      },
      ([[, at]]) => at,
    )
  },
)

/** What is locked to a hotkey of a subnet at the head, by all coldkeys together, and with which conviction. */
export const conviction = defineQuery({ netuid, hotkey }, (context, args) => {
  const { state } = context
  const id = accountOf(args.hotkey)
  const isOwners = state.findSubnet(args.netuid)?.ownerHotkey === id
  const sums = [
    ...rolled(context, hotkeySums(state, args.netuid, id), false),
    ...(isOwners ? rolled(context, ownerSums(state, args.netuid), true) : []),
  ]
  return {
    lockedAlpha: sums.reduce((sum, { massAlpha }) => sum + massAlpha, 0n),
    convictionBits: sums.reduce((sum, { convictionBits }) => sum + convictionBits, 0n),
  }
})

function rolled(context: QueryContext, { perpetual, decaying }: Aggregates, isOwners: boolean): LockAmount[] {
  const kinds: [typeof perpetual, LockKind][] = [
    [perpetual, { isOwners, isPerpetual: true }],
    [decaying, { isOwners, isPerpetual: false }],
  ]
  return kinds.flatMap(([sum, kind]) => (sum === null ? [] : [rollLock(sum, clockOf(context), kind)]))
}

const clockOf = ({ state, config }: QueryContext) => lockClock({ block: state.chain.block, config })
