import { keyPairFromUri } from '../../../src/crypto/index.js'
import { ScoreBook } from '../../../src/mechanism/index.js'
import {
  decodeSnapshot,
  encodeSnapshot,
  type ValidatorSnapshot,
  ValidatorStateError,
} from '../../../src/neuron/validatorSnapshot.js'
import { exportFields } from '../../../src/wallet/browserExportFields.js'
import {
  KeyFileMismatchError,
  MalformedKeyFileError,
  parseKeyFile,
  publicKeyFile,
  secretKeyFile,
  UnsupportedKeyFileError,
} from '../../../src/wallet/index.js'
import { decoder, type FuzzTarget } from '../FuzzTarget.js'

const alice = keyPairFromUri('//Alice', { scheme: 'ed25519' })
const bob = keyPairFromUri('//Bob', { scheme: 'ed25519' })
const hash = 'ab'.repeat(32)
const owner = { netuid: 3, hotkey: alice.hotkey } as const

function snapshot(changes: Partial<ValidatorSnapshot> = {}): Uint8Array {
  const standing = { mean: 0.5, count: 3, failuresInRow: 0, lastSeenBlock: 7 }
  return Uint8Array.from(
    encodeSnapshot({
      ...owner,
      genesisHash: hash,
      stateVersion: 1,
      round: 12,
      blockHash: hash,
      state: Uint8Array.of(0xc0),
      book: new ScoreBook([[bob.hotkey, standing]], [[bob.hotkey, 4]]),
      lastAsked: new Map([[bob.hotkey, 7]]),
      commits: [
        {
          commitHash: hash,
          epochIndex: 1,
          block: null,
          uids: [0, 1],
          values: [1, 2],
          salt: [1, 2, 3],
          versionKey: 0,
        },
      ],
      locks: [{ commitHash: hash, epochIndex: 1, block: 9, uids: [0], values: [65_535] }],
      ...changes,
    }),
  )
}

const keyFiles = [
  secretKeyFile(alice),
  secretKeyFile(keyPairFromUri('//Alice')),
  publicKeyFile(bob),
  new TextEncoder().encode('ab'.repeat(32)),
  new TextEncoder().encode(`{"accountId":"0x${'cd'.repeat(32)}","cryptoType":1," ss58Address":null}`),
].map((bytes) => Uint8Array.from(bytes))

const browserExport = JSON.stringify({
  encoded: Buffer.alloc(100, 1).toString('base64'),
  encoding: { content: ['pkcs8', 'sr25519'], type: ['scrypt', 'xsalsa20-poly1305'], version: '3' },
  address: bob.address,
  meta: { name: 'bob' },
})

const keyRefusals = [MalformedKeyFileError, KeyFileMismatchError, UnsupportedKeyFileError]

export const storedTargets: readonly FuzzTarget[] = [
  decoder('decodeSnapshot', {
    share: 6,
    corpus: [snapshot(), snapshot({ commits: [], locks: [], book: new ScoreBook(), lastAsked: new Map() })],
    refusals: [ValidatorStateError],
    decode: (input) => {
      const { book, ...rest } = decodeSnapshot(input, owner)
      return { ...rest, standings: [...book.entries()], registrations: [...book.registrations()] }
    },
    encode: ({ standings, registrations, ...rest }) =>
      encodeSnapshot({ ...rest, book: new ScoreBook(standings, registrations) }),
  }),
  decoder('parseKeyFile', {
    share: 0.5,
    corpus: keyFiles,
    refusals: keyRefusals,
    decode: (input) => parseKeyFile(input).address,
    // A mnemonic costs 2,048 rounds of a hash.
    bound: (bytes) => ({ ms: 100 + bytes / 1_000, bytes: 16_777_216 }),
  }),
  decoder('exportFields', {
    share: 2,
    corpus: [new TextEncoder().encode(browserExport)],
    refusals: keyRefusals,
    decode: (input) => exportFields(new TextDecoder().decode(input)).encryption,
  }),
]
