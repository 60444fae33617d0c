import { check, custom, func, optional, recordOf, shape } from '../../checks/index.js'
import { parseAddress } from '../../crypto/index.js'
import { type BtauthScheme, btauthSchemes, isBtauthScheme } from './schemes.js'

/**
 * Says by which scheme a sender signs; `undefined` for a sender who is not known, who is refused. It is asked before a signature is
 * looked at, and never told what the request says of itself: an address does not tell its scheme, so a server that believed the
 * request would let whoever breaks one scheme pass for accounts of all others.
 */
export type SchemePins = (sender: string) => BtauthScheme | undefined | Promise<BtauthScheme | undefined>

/** Senders whose answer of a registry is kept. */
const MAX_CACHED = 4_096

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
  /** What the registry of hashed accounts says at the finalized block; `undefined` for an account that is not in it. */
  readonly read: (sender: string) => Promise<'hashed' | 'mldsa' | undefined>
  /** Whether a hotkey is a member of the subnet: one that is neither registered nor a member may be of any scheme, and is refused. */
  readonly isMember: (sender: string) => boolean
  /** Number of the finalized block; answers are kept while it stays. Default: every sender is looked up each time. */
  readonly finalizedBlock?: () => number
}

const registryShape = shape<RegistrySchemesOptions>({
  read: func,
  isMember: func,
  finalizedBlock: optional(func),
})

/**
 * Pins by a registry of hashed accounts, and sr25519 for members who are not in it. Where the registry cannot be read, the request
 * is refused: there is no guess to fall back to.
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
  const { read, isMember, finalizedBlock } = options
  const cached = new Map<string, BtauthScheme>()
  let cachedAt: number | undefined
  return async (sender) => {
    const block = finalizedBlock?.()
    if (block !== cachedAt || cached.size >= MAX_CACHED) {
      cached.clear()
      cachedAt = block
    }
    const known = cached.get(sender)
    // Who left the subnet is looked at again, whatever was kept.
    if (known !== undefined && (known !== 'sr25519' || isMember(sender))) return known
    const scheme = (await read(sender)) ?? (isMember(sender) ? 'sr25519' : undefined)
    if (scheme !== undefined && block !== undefined && block === cachedAt) cached.set(sender, scheme)
    return scheme
  }
}
