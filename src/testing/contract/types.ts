import type { AxonOptions } from '../../axon/index.js'
import type { KeyPair, KeyScheme } from '../../crypto/index.js'
import type { DendriteOptions, FailureStatus, Target } from '../../dendrite/index.js'

/** Names of what a transport may lack. */
export const TRANSPORT_FEATURES = [
  'streams',
  'backPressure',
  'cancel',
  'deadline',
  'unhandled',
  'requestIds',
  'traceparent',
  'richValues',
  'provenServer',
] as const

/**
 * What a transport may lack. Everything else it must hold.
 *
 * - `streams`: calls that are answered by chunks.
 * - `backPressure`: a stream's server is held back while nobody reads.
 * - `cancel`: the server hears that its caller gave up.
 * - `deadline`: the server knows how long its caller waits.
 * - `unhandled`: the caller hears from the server that its handler had not begun.
 * - `requestIds`, `traceparent`: they travel.
 * - `richValues`: bytes, typed arrays, dates and 64-bit integers arrive as they were sent.
 * - `provenServer`: the server proves its hotkey too.
 */
export type TransportFeature = (typeof TRANSPORT_FEATURES)[number]

/** The two functions of a test runner that the suite is declared with: those of vitest, jest, mocha or `node:test`. */
export interface TestRunner {
  readonly describe: (name: string, declare: () => void) => unknown
  readonly it: (name: string, run: () => Promise<void>) => unknown
}

/** Where one statement of the suite is tried. */
export interface TransportBed {
  /** What axons are made with besides their key and their hooks: transports or a carrier, a clock. */
  readonly axon: Omit<AxonOptions, 'signer' | 'blacklist' | 'verify' | 'priority'>
  /** What dendrites are made with besides their key. On the same clock. */
  readonly dendrite: Omit<DendriteOptions, 'signer'>
  /** Frees what the bed holds, when all axons and dendrites are closed. */
  readonly close?: () => Promise<void>
}

/** A server that does not keep to a transport's rules. */
export interface TransportLiar {
  /** As in `ends a call as malformed when it is answered with ...`. */
  readonly name: string
  /** Serves under the key that it is handed, so that it proves who it is, and lies to every request. */
  serve(bed: TransportBed, signer: KeyPair): Promise<{ readonly target: Target; close(): Promise<void> }>
  /** How a call to it must end; default `malformed`. */
  readonly status?: FailureStatus
  /** What it is asked for; default `unary`. */
  readonly kind?: 'unary' | 'stream'
}

/** A caller that does not keep to a transport's rules. */
export interface TransportIntruder {
  /** As in `goes on after a caller sent ...`. */
  readonly name: string
  /** Does it to a server that answers the synapse `add`, and returns when the server has said all that it says. */
  intrude(bed: TransportBed, target: Target, signer: KeyPair): Promise<void>
}

/** A transport, for `transportContract`. */
export interface TransportUnderTest {
  readonly name: string
  /** A bed of its own for each statement. */
  open(): TransportBed | Promise<TransportBed>
  /** Scheme of the keys of all peers. Default `ed25519`. */
  readonly scheme?: KeyScheme
  /** What it lacks, each with the reason, which the suite prints in place of what it would state. */
  readonly lacks?: Readonly<Partial<Record<TransportFeature, string>>>
  readonly liars?: readonly TransportLiar[]
  readonly intruders?: readonly TransportIntruder[]
}
