import { check, custom, listOf, shape, wholeNumber } from '../../checks/index.js'
import { hexOf, isAddress, publicKeyOf } from '../../crypto/index.js'
import { ShapeError } from '../../errors/index.js'
import { type Hotkey, U16_MAX, type Uid } from '../../units/index.js'
import type { SetWeightsCall } from '../rules/checkSetWeights.js'
import type { AccountId } from '../state/account.js'
import { ScaleReader } from './ScaleReader.js'
import { ScaleWriter } from './ScaleWriter.js'

/** Bytes of a time-locked commit at most. */
export const MAX_TIMELOCKED_BYTES = 5_000

/** Weights that open by themselves. */
export interface TimelockedWeights {
  /** Who commits them: nobody else can commit the same bytes as its own. */
  readonly hotkey: Hotkey
  readonly uids: readonly Uid[]
  readonly values: readonly number[]
  readonly versionKey: number
}

const u16 = wholeNumber({ max: U16_MAX })

const timelockedWeightsShape = shape<TimelockedWeights>({
  hotkey: custom(
    'Pass an address from parseAddress.',
    (value) => typeof value === 'string' && isAddress(value),
  ),
  uids: listOf(u16),
  values: listOf(u16),
  versionKey: wholeNumber(),
})

/**
 * The text of a time-locked commit: lock it with `encryptTimelock` of `subnetkit/timelock` to the round in which it may be read, and commit what
 * comes of it with `commitTimelockedWeights`. On a chain without a beacon the text is committed as it is.
 *
 * @throws InvalidArgumentError naming what is missing, wrong or unknown; ShapeError where there are not as many values as uids.
 * @source spec: `spec/chain.md` 8.5
 *
 * @example
 * ```ts
 * import { keyPairFromUri } from 'subnetkit/crypto'
 * import { timelockedWeightsText } from 'subnetkit/ledger'
 * import { Beacon, encryptTimelock } from 'subnetkit/timelock'
 * import { asHotkey } from 'subnetkit/units'
 *
 * const hotkey = asHotkey(keyPairFromUri('//Alice').address)
 * const text = timelockedWeightsText({ hotkey, uids: [0, 3], values: [65_535, 120], versionKey: 0 })
 * const { publicKey } = Beacon.random()
 * const commit = encryptTimelock(text, { round: 1_000, publicKey })
 * ```
 */
export function timelockedWeightsText(weights: TimelockedWeights): Uint8Array {
  check('weights', timelockedWeightsShape, weights)
  const { hotkey, uids, values, versionKey } = weights
  if (values.length !== uids.length) {
    throw new ShapeError({
      field: 'weights.values',
      expectedLength: uids.length,
      actualLength: values.length,
    })
  }
  return new ScaleWriter().bytes(publicKeyOf(hotkey)).u16s(uids).u16s(values).u64(BigInt(versionKey)).taken()
}

/**
 * Reads the text of a time lock of a hotkey. An older form names no hotkey; bytes that come after the text are passed over, as the reference does.
 *
 * @returns `null` for bytes that are none, or the weights of another hotkey.
 */
export function readTimelockedWeights(text: Uint8Array, hotkey: AccountId): SetWeightsCall | null {
  const reader = new ScaleReader(text)
  const named = reader.bytes()
  const row = named === undefined ? null : readRow(reader)
  if (named !== undefined && row !== null && named.length >= 32) {
    return hexOf(named.subarray(0, 32)) === hotkey ? row : null
  }
  return readRow(new ScaleReader(text))
}

function readRow(reader: ScaleReader): SetWeightsCall | null {
  const uids = reader.u16s()
  const values = reader.u16s()
  const versionKey = reader.u64()
  if (uids === undefined || values === undefined || versionKey === undefined) return null
  // No subnet asks for more than a number holds exactly.
  return { uids, values, versionKey: Number(versionKey) }
}
