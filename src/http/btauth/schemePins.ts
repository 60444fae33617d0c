import {
  check,
  clock as clockCheck,
  custom,
  durationMs,
  func,
  optional,
  recordOf,
  shape,
} from '../../checks/index.js'
import { type Clock, systemClock } from '../../clock/index.js'
import { parseAddress } from '../../crypto/index.js'
import { PendingReads } from './PendingReads.js'
import { type BtauthScheme, btauthSchemes, isBtauthScheme } from './schemes.js'

/**
 * Says by which scheme a sender signs; `undefined` for a sender who is not known, who is refused. It is asked before a signature is
 * looked at, and never told what the request says of itself: an address does not tell its scheme, so a server that believed the
 * request would let whoever breaks one scheme pass for accounts of all others.
 */
export type SchemePins = (sender: string) => BtauthScheme | undefined | Promise<BtauthScheme | undefined>

/** Senders of whom it is kept what a registry said: so many members, and so many others. */
const MAX_KEPT = 4_096
/** Look-ups that may be under way: so many of members, and so many of others, who take nobody's place. */
const MAX_READS = 32

const schemeNames = Object.keys(btauthSchemes).join(', ')
const anyScheme = custom(`Name a scheme: ${schemeNames}.`, isBtauthScheme)
const anyFixed = recordOf(anyScheme)

/**
 * Pins by a fixed table; a sender who is not in it is refused.
 *
 * @throws InvalidArgumentError for a scheme that does not exist.
 * @throws InvalidAddressError for a hotkey that is none.
 *
 * @example
 * ```ts
 * import { fixedSchemes } from 'subnetkit/http'
 *
 * const pins = fixedSchemes({ '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY': 'sr25519' })
 * ```
 */
export function fixedSchemes(schemes: Readonly<Record<string, BtauthScheme>>): SchemePins {
  check('schemes', anyFixed, schemes)
  for (const hotkey of Object.keys(schemes)) parseAddress(hotkey)
  const pins = new Map(Object.entries(schemes))
  return (sender) => pins.get(sender)
}

/** Where the pins of a registry come from. */
export interface RegistrySchemesOptions {
  /**
   * What the registry of hashed accounts says at the finalized block; `undefined` for an account that is not in it. `signal` is aborted
   * after 5 seconds.
   */
  readonly read: (
    sender: string,
    options: { readonly signal: AbortSignal },
  ) => Promise<'hashed' | 'mldsa' | undefined>
  /** Whether a hotkey is a member of the subnet: one that is neither registered nor a member may be of any scheme, and is refused. */
  readonly isMember: (sender: string) => boolean
  /** Number of the finalized block: what was read is read anew when it moves. Default: by `keptMs` alone. */
  readonly finalizedBlock?: () => number
  /** How long what was read is kept at most; default 12,000, a block. */
  readonly keptMs?: number
  /** Default the system clock. */
  readonly clock?: Clock
}

const registryShape = shape<RegistrySchemesOptions>({
  read: func,
  isMember: func,
  finalizedBlock: optional(func),
  keptMs: optional(durationMs()),
  clock: optional(clockCheck),
})

/** What a registry said of an account. */
interface Entry {
  readonly scheme: 'hashed' | 'mldsa' | undefined
  readonly block: number | undefined
  readonly readAtMs: number
}

/**
 * Pins by a registry of hashed accounts, and sr25519 for members who are not in it. Where the registry cannot be read, the request
 * is refused: there is no guess to fall back to.
 *
 * Strangers cost little: what is read is kept, absence too, each sender is looked up once at a time, and look-ups and what is kept are
 * bounded, members apart from others.
 *
 * @throws InvalidArgumentError for an option that is not what it must be.
 *
 * @example
 * ```ts
 * import { registrySchemes } from 'subnetkit/http'
 *
 * const members = new Set(['5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY'])
 * const pins = registrySchemes({ read: async () => undefined, isMember: (sender) => members.has(sender) })
 * ```
 */
export function registrySchemes(options: RegistrySchemesOptions): SchemePins {
  check('options', registryShape, options)
  const { read, isMember, finalizedBlock, keptMs = 12_000, clock = systemClock } = options
  const lookUp = (): ((sender: string) => Promise<Entry>) => {
    const kept = new Map<string, Entry>()
    const reads = new PendingReads<Entry>({
      clock,
      max: MAX_READS,
      read: async (sender, { signal }) => {
        const begun = { block: finalizedBlock?.(), readAtMs: clock.now() }
        const entry = { ...begun, scheme: await read(sender, { signal }) }
        kept.delete(sender)
        const [oldest] = kept.keys()
        if (oldest !== undefined && kept.size >= MAX_KEPT) kept.delete(oldest)
        kept.set(sender, entry)
        return entry
      },
    })
    return async (sender) => {
      const entry = kept.get(sender)
      const elapsedMs = entry === undefined ? 0 : clock.now() - entry.readAtMs
      const isFresh = elapsedMs >= 0 && elapsedMs < keptMs
      return entry !== undefined && isFresh && entry.block === finalizedBlock?.() ? entry : reads.read(sender)
    }
  }
  const [ofMember, ofOther] = [lookUp(), lookUp()]
  return async (sender) => {
    const { scheme } = await (isMember(sender) ? ofMember : ofOther)(sender)
    // Asked anew: who has left meanwhile is a member no more.
    return scheme ?? (isMember(sender) ? 'sr25519' : undefined)
  }
}
