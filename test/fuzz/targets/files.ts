import { EPOCH_EXAMPLE } from '../../../src/cli/epochExample.js'
import { parseEpochFile } from '../../../src/cli/epochFile.js'
import { type ExactJson, MalformedEpochFileError, parseExactJson } from '../../../src/cli/exactJson.js'
import {
  decodeAddress,
  encodeAddress,
  InvalidAddressError,
  keyPairFromUri,
} from '../../../src/crypto/index.js'
import { InvalidArgumentError, ShapeError } from '../../../src/errors/index.js'
import { readIpAddress } from '../../../src/ledger/rules/ipAddress.js'
import { importSnapshot, Metagraph } from '../../../src/metagraph/index.js'
import { blankColumns } from '../../../src/simulation/frames.js'
import { arrowFrame, arrowHead, FrameFileError, readFrames } from '../../../src/simulation/index.js'
import { decoder, type FuzzTarget } from '../FuzzTarget.js'

const alice = keyPairFromUri('//Alice', { scheme: 'ed25519' })
const bob = keyPairFromUri('//Bob', { scheme: 'ed25519' })
const text = (value: string): Uint8Array => new TextEncoder().encode(value)
/** What is not UTF-8 is what a file of JSON cannot be. */
const textOf = (input: Uint8Array): string => new TextDecoder().decode(input)

const snapshotJson = {
  format: 'metagraph-snapshot/1',
  netuid: 4,
  block: 100,
  n: 3,
  hotkeys: [alice.address, bob.address, 'no address'],
  stake: [1_500.25, 0, 3e-9],
  weights: [
    {
      uid: 0,
      weights: [
        [1, 0.5],
        [2, 1e-6],
      ],
    },
  ],
}
const imported = importSnapshot(snapshotJson)
const { columns } = imported
const served = new Metagraph({
  ...columns,
  axon: [{ host: '192.0.2.7', port: 9_000 }, { host: '::1', port: 0 }, null],
  incentiveU16: Uint16Array.of(1, 65_535, 0),
})

/** Metagraphs as text, with what is served and without; also where candidates of a router come from. */
export const metagraphTexts = [imported, served].map((metagraph) => text(JSON.stringify(metagraph)))

/** What JSON says, or nothing where it is none. */
export function jsonIn(input: Uint8Array): unknown {
  try {
    return JSON.parse(textOf(input))
  } catch {
    return undefined
  }
}

/** Unlike `JSON.stringify`, minus zero as such. */
function jsonOf(value: ExactJson): string {
  if (Array.isArray(value)) return `[${value.map(jsonOf).join()}]`
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? '-0' : JSON.stringify(value)
  return `{${Object.entries(value)
    .map(([key, part]) => `${JSON.stringify(key)}:${jsonOf(part)}`)
    .join()}}`
}

const columnRefusals = [InvalidArgumentError, ShapeError]

const frames = [1, 3].map((rows, at) => {
  const blank = blankColumns(rows)
  blank.block.fill(60 * (at + 1))
  blank.netuid.set(Array.from({ length: rows }, (_, row) => row))
  return { block: 60 * (at + 1), columns: blank }
})
const framesFile = (facts: Readonly<Record<string, string>>, held: typeof frames): Uint8Array =>
  Uint8Array.from(Buffer.concat([arrowHead(facts), ...held.map(arrowFrame)]))

const SUBNETKIT = 'subnetkit'

export const fileTargets: readonly FuzzTarget[] = [
  decoder('Metagraph.fromJSON', {
    share: 1,
    corpus: metagraphTexts,
    refusals: columnRefusals,
    decode: (input) => Metagraph.fromJSON(jsonIn(input)).toJSON(),
    encode: (json) => text(JSON.stringify(json)),
    bound: (bytes) => ({ ms: 10 + bytes / 500, bytes: 1_048_576 + 512 * bytes }),
  }),
  decoder('importSnapshot', {
    share: 1,
    corpus: [text(JSON.stringify(snapshotJson))],
    refusals: columnRefusals,
    decode: (input) => importSnapshot(jsonIn(input)).toJSON(),
    bound: (bytes) => ({ ms: 10 + bytes / 500, bytes: 1_048_576 + 512 * bytes }),
  }),
  decoder('parseExactJson', {
    share: 4,
    corpus: [
      '{"a":[1,-0,1.5e3,true,null,"x\\u00e9"],"b":{"__proto__":1}}',
      '[9007199254740992,9007199254740993,1e-400,123456789012345678901234567890]',
      `${'['.repeat(40)}${']'.repeat(40)}`,
      '{"a":1,"a":2}',
    ].map(text),
    refusals: [MalformedEpochFileError],
    decode: (input): readonly [ExactJson] => [parseExactJson(textOf(input))],
    encode: ([value]) => text(jsonOf(value)),
  }),
  decoder('parseEpochFile', {
    share: 1,
    corpus: [text(EPOCH_EXAMPLE)],
    refusals: [MalformedEpochFileError],
    decode: (input) => parseEpochFile(textOf(input)),
    bound: (bytes) => ({ ms: 10 + bytes / 500, bytes: 1_048_576 + 512 * bytes }),
  }),
  decoder('readFrames', {
    share: 4,
    corpus: [framesFile({ seed: 'a' }, frames), framesFile({}, [])],
    refusals: [FrameFileError],
    decode: (input) => {
      const { facts, frames: held } = readFrames(input)
      return { facts: { ...facts }, frames: [...held] }
    },
    encode: ({ facts, frames: held }) => {
      const { [SUBNETKIT]: _, ...own } = facts
      return framesFile(own, held as typeof frames)
    },
    bound: (bytes) => ({ ms: 10 + bytes / 500, bytes: 1_048_576 + 512 * bytes }),
  }),
  decoder('decodeAddress', {
    share: 4,
    corpus: [alice.address, bob.address, encodeAddress(alice.publicKey, 64), '  ', '1'.repeat(48)].map(text),
    refusals: [InvalidAddressError],
    decode: (input) => decodeAddress(textOf(input)),
    encode: ({ prefix, publicKey }) => text(encodeAddress(publicKey, prefix)),
  }),
  decoder('readIpAddress', {
    share: 4,
    corpus: ['192.0.2.7', '::ffff:192.0.2.7', '2001:db8::1', '::1%eth0', '0x7f.1', '010.1.1.1'].map(text),
    decode: (input) => readIpAddress(textOf(input)) ?? undefined,
    bound: () => ({ ms: 5, bytes: 262_144 }),
  }),
]
