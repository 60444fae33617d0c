import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { deflateSync, gzipSync } from 'node:zlib'
import { VirtualClock } from '../../../src/clock/index.js'
import { keyPairFromUri } from '../../../src/crypto/index.js'
import { decodedBody, ResponseBodyError } from '../../../src/http/client/decodeBody.js'
import { signEpistula, verifyEpistula } from '../../../src/http/epistula/epistula.js'
import { headerFields } from '../../../src/http/headerFields.js'
import {
  decodeTensor,
  encodeTensor,
  fixedSchemes,
  MalformedTensorError,
  memoryReplayStore,
  RequestRefusedError,
  signBtauth,
  type Tensor,
  verifyBtauth,
  type WireTensor,
} from '../../../src/http/index.js'
import { parseJson, toJson } from '../../../src/http/jsonBody.js'
import { signLegacy } from '../../../src/http/legacy/signLegacy.js'
import { verifyLegacy } from '../../../src/http/legacy/verifyLegacy.js'
import type { FuzzRandom } from '../FuzzRandom.js'
import { decoder, type FuzzTarget } from '../FuzzTarget.js'
import { mutated } from '../mutate.js'

const alice = keyPairFromUri('//Alice')
const receiver = keyPairFromUri('//Bob').hotkey
const nowMs = 1_752_076_800_000
const nonce = BigInt(nowMs) * 1_000_000n
const uuid = '5ecbd69c-1cec-11ee-b0dc-e29ce36fec1a'
const text = (value: string): Uint8Array => new TextEncoder().encode(value)
const body = text('{"prompt": "hello", "n": 3}')

/** A request as bytes, headers line by line before an empty one, so that any byte of it can be made wrong. */
function requestOf(headers: Record<string, string>): Uint8Array {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\n`)
  return Buffer.concat([Buffer.from(`${lines.join('')}\n`), body])
}

interface RawRequest {
  /** Names and values in turns, as Node has them. */
  readonly rawHeaders: readonly string[]
  readonly body: Uint8Array
}

function readRequest(input: Uint8Array): RawRequest {
  const bytes = Buffer.from(input)
  const end = bytes.indexOf('\n\n')
  const lines = bytes
    .subarray(0, end === -1 ? bytes.length : end)
    .toString('latin1')
    .split('\n')
  const rawHeaders = lines.flatMap((line) => {
    const at = line.indexOf(':')
    return at === -1 ? [line, ''] : [line.slice(0, at), line.slice(at + 1).trim()]
  })
  return { rawHeaders, body: new Uint8Array(end === -1 ? [] : bytes.subarray(end + 2)) }
}

interface Verifier {
  readonly request: Record<string, string>
  /** Who sent it; an altered body must not pass where the whole of it is signed. */
  readonly verify: (request: RawRequest) => Promise<string>
  readonly signsBody: boolean
}

/** Milliseconds that a request may take: a signature or two. */
const REQUEST_MS = 5_000

/** A request made wrong is refused by a typed error; one that passes is by who signed it, and has the body that was signed. */
function verifier(name: string, { request, verify, signsBody }: Verifier): FuzzTarget {
  const valid = requestOf(request)
  return {
    name,
    share: 0.2,
    async try(random: FuzzRandom) {
      const input = mutated(valid, random)
      const raw = readRequest(input)
      const began = performance.now()
      let sender: string | undefined
      try {
        sender = await verify(raw)
      } catch (error) {
        if (!(error instanceof RequestRefusedError)) throw error
      }
      const ms = performance.now() - began
      const shown = (): string => Buffer.from(input).toString('hex')
      if (ms > REQUEST_MS) throw new TypeError(`it took ${Math.round(ms)} ms of ${shown()}`)
      if (sender !== undefined && sender !== alice.address)
        throw new TypeError(`it is of ${sender}: ${shown()}`)
      if (sender !== undefined && signsBody && !Buffer.from(raw.body).equals(body))
        throw new TypeError(`it took another body than was signed: ${shown()}`)
      if (sender === undefined && Buffer.from(input).equals(valid))
        throw new TypeError('it refused what was signed')
      return { isAccepted: sender !== undefined, ms, bytes: 0 }
    },
  }
}

/** Most that an answer may unpack to. */
const MAX_BODY_BYTES = 65_536

const answers = [gzipSync, deflateSync].flatMap((pack) => [pack(body), pack(new Uint8Array(2_000_000))])

/** Answers that are compressed, bombs among them: never more than there may be, and a typed error otherwise. */
const compressedBody: FuzzTarget = {
  name: 'decodedBody',
  share: 0.5,
  async try(random: FuzzRandom) {
    const input = mutated(random.pick(answers), random, answers)
    const headers = { 'content-encoding': random.pick(['gzip', 'deflate', 'identity', 'br']) }
    const cut = random.below(input.length + 1)
    const pieces = [input.subarray(0, cut), input.subarray(cut)].filter(({ length }) => length > 0)
    const response = Object.assign(Readable.from(pieces.map((piece) => Buffer.from(piece))), { headers })
    const began = performance.now()
    let length = 0
    let isAccepted = true
    try {
      for await (const piece of decodedBody(response as unknown as IncomingMessage, MAX_BODY_BYTES))
        length += piece.length
    } catch (error) {
      if (!(error instanceof ResponseBodyError)) throw error
      isAccepted = false
    }
    const ms = performance.now() - began
    if (length > MAX_BODY_BYTES || ms > REQUEST_MS) {
      const hex = Buffer.from(input).toString('hex')
      throw new TypeError(
        `it gave ${length} bytes in ${Math.round(ms)} ms, ${JSON.stringify(headers)} of ${hex}`,
      )
    }
    return { isAccepted, ms, bytes: 0 }
  },
}

const clock = new VirtualClock({ startMs: nowMs })
/** Remembers nothing of the input before. */
const replays = () => memoryReplayStore({ clock })
const expectedScheme = fixedSchemes({ [alice.address]: 'sr25519' })
const target = '/generate?stream=false'
const signedBtauth = await signBtauth({ signer: alice as never, target, body, receiver, nonce })
const signedLegacy = signLegacy({
  signer: alice,
  synapse: 'Prompt',
  body: { prompt: 'hello', n: 3 },
  hashFields: [],
  target: { hotkey: receiver, host: '127.0.0.1', port: 8_091 },
  uuid,
  nonce,
  timeoutMs: 12_000,
})

const tensors: readonly Tensor[] = [
  { dtype: 'float32', shape: [2], data: Float32Array.of(1, 2.5) },
  { dtype: 'int64', shape: [2, 1], data: BigInt64Array.of(-1n, 2n ** 62n) },
  { dtype: 'uint8', shape: [0], data: new Uint8Array(0) },
]

export const httpTargets: readonly FuzzTarget[] = [
  decoder('parseJson', {
    share: 6,
    corpus: [
      '{"prompt":"snow ❄","list":[1,-0,1.5e300,null,true],"deep":{"a":[[[{}]]]}}',
      '{"__proto__":1,"a":{"constructor":{"prototype":2}}}',
      '[1e400,"\\ud800","\\u0000"]',
      `${'['.repeat(40)}${']'.repeat(40)}`,
      '\ufeff{}',
    ].map(text),
    decode: (input) => {
      const found = parseJson(input)
      return found && toJson('value', found.value)
    },
    encode: text,
  }),
  decoder('decodeTensor', {
    share: 4,
    corpus: tensors.map((tensor) => text(JSON.stringify(encodeTensor(tensor)))),
    refusals: [MalformedTensorError],
    decode: (input) => {
      const wire = parseJson(input)
      return wire && decodeTensor(wire.value as WireTensor)
    },
    encode: (tensor) => text(JSON.stringify(encodeTensor(tensor))),
  }),
  compressedBody,
  verifier('verifyBtauth', {
    request: signedBtauth,
    signsBody: true,
    verify: async ({ rawHeaders, body: came }) => {
      const request = { method: 'POST', target, rawHeaders, body: came }
      return (await verifyBtauth(request, { receiver, expectedScheme, replays: replays(), clock })).sender
    },
  }),
  verifier('verifyLegacy', {
    request: signedLegacy ?? {},
    signsBody: false,
    verify: async ({ rawHeaders }) => {
      const rules = { receiver, replays: replays(), maxTimeoutMs: 60_000, maxSkewMs: 2_000, clock }
      return (await verifyLegacy(headerFields(rawHeaders), rules)).sender
    },
  }),
  verifier('verifyEpistula', {
    request: signEpistula({ signer: alice, receiver, body, uuid, timestampMs: nowMs }),
    signsBody: true,
    verify: async ({ rawHeaders, body: came }) => {
      const rules = { receiver, replays: replays(), maxAgeMs: 8_000, maxSkewMs: 2_000, clock }
      return await verifyEpistula(came, headerFields(rawHeaders), rules)
    },
  }),
]
