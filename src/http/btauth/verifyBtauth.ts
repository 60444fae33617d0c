import {
  bytes,
  check,
  clock as clockCheck,
  durationMs,
  flag,
  func,
  having,
  listOf,
  optional,
  shape,
  text,
} from '../../checks/index.js'
import { type Clock, systemClock } from '../../clock/index.js'
import { bytesOfHex, InvalidAddressError, publicKeyOf, verifySignature } from '../../crypto/index.js'
import { InvalidArgumentError } from '../../errors/index.js'
import { type Address, asHotkey, type Hotkey } from '../../units/index.js'
import { checkFreshness, nowNsOf } from '../freshness.js'
import { type HeaderFields, headerFields } from '../headerFields.js'
import { type RequestRefusal, RequestRefusedError } from '../httpErrors.js'
import type { ProofTurn } from '../proofTurn.js'
import type { ReplayStore } from '../ReplayStore.js'
import { askInTime, recordUse } from '../recordUse.js'
import { verifyEnvelope } from './envelope.js'
import { btauthPayload } from './payload.js'
import type { SchemePins } from './schemePins.js'
import { type BtauthScheme, btauthSchemes, isBtauthScheme } from './schemes.js'

/** A request as it came. */
export interface BtauthRequest {
  readonly method: string
  /** Path and query exactly as they came, `IncomingMessage.url`. */
  readonly target: string
  /** Names and values in turns, `IncomingMessage.rawHeaders`. */
  readonly rawHeaders: readonly string[]
  /** The bytes as they came, before anything reads them. */
  readonly body: Uint8Array
}

/** What a server holds requests to. */
export interface BtauthRules {
  /** The server's own hotkey. */
  readonly receiver: string
  /** By which scheme each sender signs. There is no default: see {@link SchemePins}. */
  readonly expectedScheme: SchemePins
  readonly replays: ReplayStore
  /** How old a request may be; default 10,000. */
  readonly maxAgeMs?: number
  /** How far ahead a sender's clock may be; default 2,000. */
  readonly maxSkewMs?: number
  /** Whether a request must name this server as its receiver; default true. */
  readonly requireReceiver?: boolean
  /** Requests signed before this time are refused: when a server started that remembers nothing of before. Milliseconds since 1970. */
  readonly notBeforeMs?: number
  /** Default the system clock. */
  readonly clock?: Clock
}

/** Who sent a request that holds. */
export interface BtauthVerified {
  readonly sender: Hotkey
  readonly scheme: BtauthScheme
  /** Nanoseconds since 1970. */
  readonly nonce: bigint
}

const requestShape = shape<BtauthRequest>({
  method: text({ min: 1 }),
  target: text({ min: 1 }),
  rawHeaders: listOf(text()),
  body: bytes(),
})
const rulesShape = shape<BtauthRules>({
  receiver: text({ min: 1 }),
  expectedScheme: func,
  replays: having('a replay store such as memoryReplayStore()', ['record']),
  maxAgeMs: optional(durationMs({ min: 1 })),
  maxSkewMs: optional(durationMs()),
  requireReceiver: optional(flag),
  notBeforeMs: optional(durationMs()),
  clock: optional(clockCheck),
})

export const BTAUTH_MAX_AGE_MS = 10_000
export const BTAUTH_MAX_SKEW_MS = 2_000

/**
 * Verifies a request of `btauth/1`. The first check that fails decides; what the headers alone show is looked at before anybody is asked
 * for the sender's scheme. With a store that a restart empties, one that was signed ahead of this clock waits until its time has come.
 *
 * @throws RequestRefusedError saying which check failed.
 * @throws InvalidArgumentError for what is no request or no rules, a store that forgets sooner than requests grow stale, and pins that
 *   give no scheme.
 *
 * PERF: about 1.3 ms for any scheme.
 * @source spec: `spec/wire-python-interop.md` B5
 *
 * @example
 * ```ts
 * import { fixedSchemes, memoryReplayStore, verifyBtauth } from 'subnetkit/http'
 * import type { IncomingMessage } from 'node:http'
 *
 * const alice = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY'
 * const rules = { receiver: alice, expectedScheme: fixedSchemes({ [alice]: 'sr25519' }), replays: memoryReplayStore() }
 * const senderOf = async ({ method = '', url = '', rawHeaders }: IncomingMessage, body: Uint8Array) =>
 *   (await verifyBtauth({ method, target: url, rawHeaders, body }, rules)).sender
 * ```
 */
export async function verifyBtauth(request: BtauthRequest, rules: BtauthRules): Promise<BtauthVerified> {
  check('request', requestShape, request)
  check('rules', rulesShape, rules)
  return await checkBtauth(
    request,
    headerFields(request.rawHeaders),
    rules,
    nowNsOf(rules.clock ?? systemClock),
  )
}

/** @throws InvalidArgumentError for a store that forgets sooner than requests grow stale. */
export function checkRetention(store: ReplayStore, windowMs: number): void {
  if (store.retentionMs >= windowMs) return
  throw new InvalidArgumentError({
    field: 'replays.retentionMs',
    value: store.retentionMs,
    remedy: `Pass a store that remembers for at least ${windowMs} ms, as long as a request is taken.`,
  })
}

/** The same at an instant, in nanoseconds since 1970. */
export async function checkBtauth(
  request: Omit<BtauthRequest, 'rawHeaders'>,
  fields: HeaderFields,
  rules: BtauthRules,
  nowNs: bigint,
  turn?: ProofTurn,
): Promise<BtauthVerified> {
  const { maxAgeMs = BTAUTH_MAX_AGE_MS, maxSkewMs = BTAUTH_MAX_SKEW_MS, requireReceiver = true } = rules
  checkRetention(rules.replays, maxAgeMs + maxSkewMs)
  const { sender, publicKey, nonce, declared } = readIdentity(fields)
  const receiver = fields.get('x-bittensor-receiver')
  if (receiver === null) throw refused('malformed', 'The header X-Bittensor-Receiver is there twice.')
  if (receiver === undefined ? requireReceiver : receiver !== rules.receiver)
    throw refused('wrongReceiver', 'The request is not for this hotkey.')
  checkFreshness({ nonce, nowNs, maxAgeMs, maxSkewMs, notBeforeMs: rules.notBeforeMs })
  // To ask may cost a look-up in a registry: only for what could still be right.
  const scheme = await pinOf(rules, sender)
  if (declared !== scheme) throw refused('badSignature', 'The signature is not of the scheme of this sender.')
  const signature = signatureOf(fields)
  const { method, target, body } = request
  const payload = btauthPayload({ scheme, method, target, body, nonce, sender, receiver })
  await turn?.()
  await checkSignature({ scheme, publicKey, payload, signature })
  const entry = { receiver: rules.receiver, sender, nonce: `btauth/1 ${nonce}` }
  await recordUse(rules.replays, { entry, signedAtNs: nonce }, rules.clock ?? systemClock)
  return { sender: asHotkey(sender as Address), scheme, nonce }
}

interface Identity {
  readonly sender: string
  readonly publicKey: Uint8Array
  readonly nonce: bigint
  readonly declared: BtauthScheme
}

function readIdentity(fields: HeaderFields): Identity {
  const sender = fields.get('x-bittensor-hotkey')
  const nonce = fields.get('x-bittensor-nonce')
  const declared = fields.get('x-bittensor-crypto') ?? (fields.has('x-bittensor-crypto') ? null : 'sr25519')
  if (fields.get('x-bittensor-version') !== '1') throw refused('malformed', 'X-Bittensor-Version is not 1.')
  if (sender === undefined || sender === null || sender === '' || sender.length > 64)
    throw refused('malformed', 'X-Bittensor-Hotkey is missing or no address.')
  if (nonce === undefined || nonce === null || !/^[1-9][0-9]{0,19}$/.test(nonce))
    throw refused('malformed', 'X-Bittensor-Nonce is missing or no time in nanoseconds.')
  if (!isBtauthScheme(declared)) throw refused('malformed', 'X-Bittensor-Crypto names no scheme.')
  return { sender, publicKey: keyOf(sender), nonce: BigInt(nonce), declared }
}

async function pinOf(
  { expectedScheme, clock = systemClock }: BtauthRules,
  sender: string,
): Promise<BtauthScheme> {
  const why = 'The scheme of this sender cannot be looked up now.'
  const scheme = await askInTime(() => expectedScheme(sender), { clock, why })
  if (scheme === undefined) throw refused('unknownSender', 'The scheme of this sender is not known here.')
  if (isBtauthScheme(scheme)) return scheme
  throw new InvalidArgumentError({
    field: 'expectedScheme',
    value: scheme,
    remedy: `Let it give one of ${Object.keys(btauthSchemes).join(', ')}, or undefined.`,
  })
}

/** The digits of the signature header. */
function signatureOf(fields: HeaderFields): string {
  const signature = fields.get('x-bittensor-signature')
  if (typeof signature === 'string' && /^0x(?:[0-9a-f]{2})+$/.test(signature)) return signature
  throw refused('malformed', 'X-Bittensor-Signature is missing or not 0x and lower-case hexadecimal digits.')
}

async function checkSignature(details: {
  readonly scheme: BtauthScheme
  readonly publicKey: Uint8Array
  readonly payload: Uint8Array
  readonly signature: string
}): Promise<void> {
  const { scheme, publicKey, payload, signature } = details
  const isWhole = signature.length === 2 + 2 * btauthSchemes[scheme].signatureBytes
  if (scheme === 'sr25519' || scheme === 'ed25519') {
    if (!isWhole) throw refused('malformed', 'X-Bittensor-Signature has not the length of its scheme.')
    const isValid = verifySignature({ scheme, publicKey, message: payload, signature: bytesOfHex(signature) })
    if (!isValid) throw badSignature()
    return
  }
  if (!isWhole) throw badSignature()
  const envelope = bytesOfHex(signature)
  if (!(await verifyEnvelope({ scheme, payload, account: publicKey, envelope }))) throw badSignature()
}

function keyOf(sender: string): Uint8Array {
  try {
    return publicKeyOf(sender as Address)
  } catch (error) {
    if (error instanceof InvalidAddressError) throw refused('malformed', 'X-Bittensor-Hotkey is no address.')
    throw error
  }
}

function badSignature(): RequestRefusedError {
  return refused('badSignature', 'The signature does not hold.')
}

function refused(refusal: RequestRefusal, why: string): RequestRefusedError {
  return new RequestRefusedError({ refusal, why })
}
