import * as artefact from 'subnetkit/artefact'
import { systemClock } from 'subnetkit/clock'
import { keyPairFromUri, sha256 } from 'subnetkit/crypto'
import { describeRefusals } from './refuses.js'

const { hotkey } = keyPairFromUri('//Bob')
const bytes = () => Uint8Array.of(1, 2, 3)
const digest = artefact.artefactDigest(hotkey, bytes())
const noSize = [0, -1, 1.5, 2 ** 32]
const noDigest = ['', digest.slice(1), digest.toUpperCase(), `${digest}00`]
const noKind = ['', 'a b', 'x'.repeat(33)]
const served = new artefact.ServedArtefacts(hotkey, [{ kind: 'a', bytes: bytes() }])
const cache = () => new artefact.ArtefactCache()

describeRefusals('artefact', artefact, {
  artefactDigest: {
    params: ['hotkey', 'bytes'],
    args: () => [hotkey, bytes()],
    call: artefact.artefactDigest,
    alsoWrong: { hotkey: ['Bob'] },
  },
  saltedDigest: {
    params: ['hotkey', 'contentHash'],
    args: () => [hotkey, sha256(bytes())],
    call: artefact.saltedDigest,
    alsoWrong: { hotkey: ['Bob'] },
  },
  encodeArtefactCommitment: {
    params: ['entries'],
    args: () => [[{ kind: 'policy', bytes: 3, digest }]],
    call: artefact.encodeArtefactCommitment,
    alsoWrong: {
      entries: [[]],
      'entries[0].kind': noKind,
      'entries[0].bytes': noSize,
      'entries[0].digest': noDigest,
    },
  },
  decodeArtefactCommitment: {
    params: ['bytes'],
    args: () => [bytes()],
    call: artefact.decodeArtefactCommitment,
  },
  fetchArtefact: {
    params: ['options'],
    args: () => [
      {
        hotkey,
        digest,
        bytes: 3,
        stream: async function* () {
          yield bytes()
        },
        clock: systemClock,
        signal: new AbortController().signal,
      },
    ],
    call: artefact.fetchArtefact,
    free: ['options.clock.unheardOf'],
    alsoWrong: { 'options.hotkey': ['Bob'], 'options.digest': noDigest, 'options.bytes': noSize },
  },
  ServedArtefacts: {
    params: ['hotkey', 'artefacts'],
    args: () => [hotkey, [{ kind: 'policy', bytes: bytes() }]],
    call: (...args: ConstructorParameters<typeof artefact.ServedArtefacts>) =>
      new artefact.ServedArtefacts(...args),
    alsoWrong: {
      hotkey: ['Bob'],
      'artefacts[0].kind': noKind,
      'artefacts[0].bytes': [new Uint8Array()],
    },
  },
  'ServedArtefacts#chunks': {
    params: ['request'],
    args: () => [{ digest, from: 0 }],
    call: (...args: Parameters<typeof served.chunks>) => served.chunks(...args),
    alsoWrong: { 'request.digest': noDigest, 'request.from': [-1, 7, 1.5] },
  },
  ArtefactCache: {
    params: ['options'],
    args: () => [{ bytes: 1_000, bytesPerHotkey: 500, folder: 'artefacts' }],
    call: (...args: ConstructorParameters<typeof artefact.ArtefactCache>) =>
      new artefact.ArtefactCache(...args),
    optional: ['options', 'options.bytes', 'options.bytesPerHotkey', 'options.folder'],
    alsoRight: { options: [{}] },
    alsoWrong: {
      'options.bytes': noSize.slice(0, 3),
      'options.bytesPerHotkey': noSize.slice(0, 3),
      'options.folder': [''],
    },
  },
  'ArtefactCache#open': 'takes nothing',
  'ArtefactCache#contentHashOf': {
    params: ['digest'],
    args: () => [digest],
    call: (...args: [string]) => cache().contentHashOf(...args),
    alsoWrong: { digest: noDigest },
  },
  'ArtefactCache#get': {
    params: ['digest'],
    args: () => [digest],
    call: (...args: [string]) => cache().get(...args),
    alsoWrong: { digest: noDigest },
  },
  'ArtefactCache#put': {
    params: ['hotkey', 'digest', 'bytes'],
    args: () => [hotkey, digest, bytes()],
    call: (...args: [typeof hotkey, string, Uint8Array]) => cache().put(...args),
    alsoWrong: { hotkey: ['Bob'], digest: noDigest },
  },
})
