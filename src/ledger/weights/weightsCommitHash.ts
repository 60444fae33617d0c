import { check, custom, listOf, optional, shape, wholeNumber } from '../../checks/index.js'
import { blake2b256, bytesOfHex, hexOf, isAddress } from '../../crypto/index.js'
import { type Hotkey, type Netuid, U16_MAX, type Uid } from '../../units/index.js'
import { type AccountId, accountOf } from '../state/account.js'
import { ScaleWriter } from './ScaleWriter.js'

/** Weights with what hides them. */
export interface HiddenWeights {
  /** Who commits them, and will reveal them. */
  readonly hotkey: Hotkey
  readonly netuid: Netuid
  /** 0 by default. */
  readonly mechanism?: number
  readonly uids: readonly Uid[]
  readonly values: readonly number[]
  /** Numbers that nobody can guess: without them, whoever guesses the weights can tell that they are right. */
  readonly salt: readonly number[]
  readonly versionKey: number
}

const u16 = wholeNumber({ max: U16_MAX })

const hiddenWeightsShape = shape<HiddenWeights>({
  hotkey: custom(
    'Pass an address from parseAddress.',
    (value) => typeof value === 'string' && isAddress(value),
  ),
  netuid: u16,
  mechanism: optional(u16),
  uids: listOf(u16),
  values: listOf(u16),
  salt: listOf(u16),
  versionKey: wholeNumber(),
})

/**
 * The hash by which `commitWeights` commits to weights that `revealWeights` reveals with the same arguments: Blake2 over hotkey, subnet and
 * mechanism, uids, values, salt and version key.
 *
 * @returns 64 lower-case hex digits.
 * @throws InvalidArgumentError naming what is missing, wrong or unknown.
 * @source spec: `spec/chain.md` 8.2
 *
 * @example
 * ```ts
 * import { keyPairFromUri } from 'subnetkit/crypto'
 * import { weightsCommitHash } from 'subnetkit/ledger'
 * import { asHotkey } from 'subnetkit/units'
 *
 * const hotkey = asHotkey(keyPairFromUri('//Alice').address)
 * const salt = [...crypto.getRandomValues(new Uint16Array(8))]
 * weightsCommitHash({ hotkey, netuid: 1, uids: [0, 3], values: [65_535, 120], salt, versionKey: 0 })
 * ```
 */
export function weightsCommitHash(weights: HiddenWeights): string {
  check('weights', hiddenWeightsShape, weights)
  const { hotkey, netuid, mechanism = 0, ...row } = weights
  return weightsCommitHashUnchecked(accountOf(hotkey), netuid, mechanism, row)
}

/** A row with its salt, as a reveal names it. */
export interface RevealedRow {
  readonly uids: ArrayLike<number>
  readonly values: ArrayLike<number>
  readonly salt: ArrayLike<number>
  readonly versionKey: number
}

/** {@link weightsCommitHash} of what was checked. */
export function weightsCommitHashUnchecked(
  hotkey: AccountId,
  netuid: Netuid,
  mechanism: number,
  { uids, values, salt, versionKey }: RevealedRow,
): string {
  const bytes = new ScaleWriter()
    .fixed(bytesOfHex(hotkey))
    .u16(storageIndex(netuid, mechanism))
    .u16s(uids)
    .u16s(values)
    .u16s(salt)
    .u64(BigInt(versionKey))
    .taken()
  return hexOf(blake2b256(bytes))
}

/** Subnets that there are numbers for on the reference chain, which counts a subnet's further mechanisms beyond them. */
const SUBNET_NUMBERS = 4_096

/** How the reference chain counts a mechanism among those of all subnets. */
function storageIndex(netuid: Netuid, mechanism: number): number {
  return Math.min(U16_MAX, mechanism * SUBNET_NUMBERS + netuid)
}
