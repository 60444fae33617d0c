import { keyPairFromUri, publicKeyOf } from '../../../src/crypto/index.js'
import { accountOf } from '../../../src/ledger/state/account.js'
import { ScaleWriter } from '../../../src/ledger/weights/ScaleWriter.js'
import {
  readTimelockedWeights,
  timelockedWeightsText,
} from '../../../src/ledger/weights/timelockedWeights.js'
import { Beacon, decryptTimelock, encryptTimelock, verifyPulse } from '../../../src/timelock/index.js'
import { decoder, type FuzzTarget } from '../FuzzTarget.js'
import { sealed } from '../sealedTarget.js'

const { hotkey } = keyPairFromUri('//Alice', { scheme: 'ed25519' })
const other = keyPairFromUri('//Bob', { scheme: 'ed25519' }).hotkey
const ROUND = 7
const beacon = Beacon.fromSecretKey(Uint8Array.from({ length: 32 }, (_, at) => at))
const pulse = beacon.pulse(ROUND)

const rows = [
  { hotkey, uids: [0, 1, 2], values: [1, 2, 65_535], versionKey: 0 },
  { hotkey, uids: [], values: [], versionKey: 2 ** 53 - 1 },
  { hotkey, uids: Array.from({ length: 200 }, (_, uid) => uid), values: Array(200).fill(9), versionKey: 3 },
  { hotkey: other, uids: [1], values: [1], versionKey: 1 },
]
const texts = rows.map((row) => Uint8Array.from(timelockedWeightsText(row)))
/** The older form begins behind the hotkey. */
const olderTexts = texts.map((text) => text.slice(33))

const locked = encryptTimelock(texts[0] as Uint8Array, {
  round: ROUND,
  publicKey: beacon.publicKey,
  entropy: new Uint8Array(64).fill(5),
})

export const timelockTargets: readonly FuzzTarget[] = [
  decoder('readTimelockedWeights', {
    share: 6,
    corpus: [...texts, ...olderTexts],
    decode: (input) => {
      const row = readTimelockedWeights(input, accountOf(hotkey))
      // Beyond that a number is not exact, and no subnet asks for one.
      return row === null ? undefined : { ...row, versionKey: Math.min(row.versionKey, 2 ** 53 - 1) }
    },
    encode: ({ uids, values, versionKey }) =>
      new ScaleWriter().bytes(publicKeyOf(hotkey)).u16s(uids).u16s(values).u64(BigInt(versionKey)).taken(),
  }),
  sealed('decryptTimelock', {
    share: 0.02,
    sealed: Uint8Array.from(locked),
    content: texts[0] as Uint8Array,
    open: (input) => decryptTimelock(input, pulse) ?? undefined,
  }),
  sealed('verifyPulse', {
    share: 0.02,
    sealed: Uint8Array.from(pulse.signature),
    content: Uint8Array.from(pulse.signature),
    open: (signature) =>
      signature.length === pulse.signature.length &&
      verifyPulse({ round: ROUND, signature }, beacon.publicKey)
        ? signature
        : undefined,
  }),
]
