import { decodeArtefactCommitment, encodeArtefactCommitment } from '../../../src/artefact/index.js'
import { keyPairFromUri } from '../../../src/crypto/index.js'
import { SnapshotError } from '../../../src/ledger/index.js'
import {
  decodeSnapshot as decodeLedgerSnapshot,
  encodeSnapshot as encodeLedgerSnapshot,
} from '../../../src/ledger/snapshot.js'
import { decodeRound, encodeRound, RoundRecordError, ScoreBook } from '../../../src/mechanism/index.js'
import {
  decodeSnapshot,
  encodeSnapshot,
  type ValidatorSnapshot,
  ValidatorStateError,
} from '../../../src/neuron/validatorSnapshot.js'
import { decodeWaiting, encodeWaiting } from '../../../src/neuron/waiting/waitingRound.js'
import { exportFields } from '../../../src/wallet/browserExportFields.js'
import {
  decryptAnsibleVault,
  KeyFileMismatchError,
  MalformedKeyFileError,
  parseKeyFile,
  publicKeyFile,
  secretKeyFile,
  UnsupportedKeyFileError,
  WrongPasswordError,
} from '../../../src/wallet/index.js'
import { openNacl, sealNacl } from '../../../src/wallet/naclFile.js'
import { openFernet } from '../../../src/wallet/olderEncryptions.js'
import { Harness } from '../../unit/ledger/harness.js'
import { anyRecord } from '../../unit/mechanism/record/anyRecord.js'
import { anyWaiting, wait } from '../../unit/neuron/waiting/anyWaiting.js'
import { fernetFile, fernetKey, vaultFile } from '../../unit/wallet/olderFiles.js'
import { decoder, type FuzzTarget } from '../FuzzTarget.js'
import { sealed } from '../sealedTarget.js'

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

const key = new Uint8Array(32).fill(3)
const naclFile = Uint8Array.from(sealNacl(keyFiles[0] as Uint8Array, key, new Uint8Array(24).fill(4)))
const oldKey = Uint8Array.from(Buffer.from(fernetKey, 'base64url'))
const oldFile = new TextEncoder().encode(fernetFile)
const oldVault = new TextEncoder().encode(vaultFile)
const wrongPassword = [WrongPasswordError]

/** Snapshots of a ledger with a subnet, and of one without. */
function ledgerSnapshots(): Uint8Array[] {
  const empty = new Harness({ config: { callWindowBlocks: 4 } })
  const harness = new Harness({ config: { callWindowBlocks: 4 } })
  harness.startSubnet()
  harness.call('bob', 'registerNeuron', { netuid: 1, hotkey: harness.hotkey('m'), limitRao: null })
  harness.blocks(6)
  return [empty, harness].map(({ ledger }) => Uint8Array.from(ledger.snapshot()))
}

const keyRefusals = [MalformedKeyFileError, KeyFileMismatchError, UnsupportedKeyFileError]

export const storedTargets: readonly FuzzTarget[] = [
  decoder('decodeArtefactCommitment', {
    share: 1,
    corpus: [
      encodeArtefactCommitment([{ kind: 'policy', bytes: 1, digest: hash }]),
      encodeArtefactCommitment([
        { kind: 'a', bytes: 2 ** 32 - 1, digest: hash },
        { kind: 'index-2.b_c', bytes: 262_144, digest: 'cd'.repeat(32) },
      ]),
    ],
    decode: decodeArtefactCommitment,
    encode: (entries) => Uint8Array.from(encodeArtefactCommitment(entries)),
  }),
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
  decoder('decodeRound', {
    share: 6,
    corpus: [
      encodeRound(anyRecord()),
      encodeRound(anyRecord({ entries: [], miners: [], scoredState: Uint8Array.of(0xc0) })),
    ],
    refusals: [RoundRecordError],
    decode: decodeRound,
    encode: encodeRound,
  }),
  decoder('decodeWaiting', {
    share: 4,
    corpus: [encodeWaiting(anyWaiting()), encodeWaiting({ ...anyWaiting(), tasks: [{ entries: [], wait }] })],
    refusals: [RoundRecordError],
    decode: decodeWaiting,
    encode: encodeWaiting,
  }),
  decoder('parseKeyFile', {
    share: 0.5,
    corpus: keyFiles,
    refusals: keyRefusals,
    decode: (input) => parseKeyFile(input).address,
    // A mnemonic costs 2,048 rounds of a hash.
    bound: (bytes) => ({ ms: 100 + bytes / 1_000, bytes: 16_777_216 }),
  }),
  sealed('openNacl', {
    share: 2,
    sealed: naclFile,
    content: keyFiles[0] as Uint8Array,
    open: (input) => openNacl(input, key),
    refusals: wrongPassword,
  }),
  sealed('openFernet', {
    share: 2,
    sealed: oldFile,
    content: openFernet(oldFile, oldKey),
    open: (input) => openFernet(input, oldKey),
    refusals: wrongPassword,
  }),
  sealed('decryptAnsibleVault', {
    share: 0.1,
    sealed: oldVault,
    content: await decryptAnsibleVault(oldVault, 'test-password'),
    open: (input) => decryptAnsibleVault(input, 'test-password'),
    refusals: wrongPassword,
  }),
  decoder('decodeLedgerSnapshot', {
    share: 0.2,
    corpus: ledgerSnapshots(),
    refusals: [SnapshotError],
    decode: decodeLedgerSnapshot,
    encode: ({ state, recent, policyName }) => encodeLedgerSnapshot(state, recent, policyName ?? ''),
    // Whoever is right in all his bytes has every record and header hashed.
    bound: (bytes) => ({ ms: 100 + bytes / 100, bytes: 67_108_864 }),
  }),
  decoder('exportFields', {
    share: 2,
    corpus: [new TextEncoder().encode(browserExport)],
    refusals: keyRefusals,
    decode: (input) => exportFields(new TextDecoder().decode(input)).encryption,
  }),
]
