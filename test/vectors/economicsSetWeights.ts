import { keyPairFromUri } from '../../src/crypto/index.js'
import { checkSetWeights } from '../../src/ledger/rules/checkSetWeights.js'
import { maxUpscaledWeights } from '../../src/ledger/rules/maxUpscaledWeights.js'
import { asHotkey } from '../../src/units/index.js'
import type { FileInteger } from './economicsFile.js'

/** Whose call it is; the checks only say it. */
const HOTKEY = asHotkey(keyPairFromUri('//Validator').address)

/** Hotkeys are uid + 1; only netuid 1 exists, and commit-reveal is on by default for every other number. */
export function setWeightsChecks(input: {
  block: number
  n_uids: number
  commit_reveal: boolean
  weights_set_rate_limit_blocks: number
  min_allowed_weights: number
  version_key: number
  stake_threshold: FileInteger
  last_update_blocks: number[]
  validator_permit: boolean[]
  alpha_stake: FileInteger[]
  owner_uid: number | null
  call: { netuid: number; hotkey: number; uids: number[]; values: number[]; version_key: number }
}): unknown {
  const { call, block } = input
  const isKnown = call.hotkey >= 1 && call.hotkey <= input.n_uids
  const uid = isKnown ? call.hotkey - 1 : null
  const values = Uint16Array.from(call.values)
  const stakeRao = uid === null ? 0n : BigInt(input.alpha_stake[uid]!)
  const leastRao = BigInt(input.stake_threshold)
  const refused = checkSetWeights(
    {
      netuid: call.netuid,
      hotkey: HOTKEY,
      block,
      isRoot: call.netuid === 0,
      mechanism: 0,
      subnetExists: call.netuid === 1,
      mechanismExists: call.netuid === 1,
      commitRevealEnabled: call.netuid === 1 ? input.commit_reveal : true,
      n: input.n_uids,
      uid,
      isOwnerUid: uid !== null && uid === input.owner_uid,
      shortStake: stakeRao < leastRao ? { stakeRao, leastRao } : null,
      hasPermit: uid !== null && input.validator_permit[uid]!,
      lastUpdate: uid === null ? 0 : input.last_update_blocks[uid]!,
      weightsVersionKey: input.version_key,
      weightsSetRateLimitBlocks: input.weights_set_rate_limit_blocks,
      minAllowedWeights: input.min_allowed_weights,
    },
    { uids: Uint16Array.from(call.uids), values, versionKey: call.version_key },
  )
  const error = refused?.error ?? null
  if (error !== null) return { error, stored_row: null, last_update_after: null }
  const stored = maxUpscaledWeights(values)
  return {
    error,
    stored_row: call.uids.map((target, index) => [target, stored[index]]),
    last_update_after: block,
  }
}
