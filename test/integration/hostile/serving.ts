import { afterEach, expect } from 'vitest'
import { z } from 'zod'
import { Axon, type AxonOptions, type RefusalReason, type RefusedEvent } from '../../../src/axon/index.js'
import { type KeyPair, keyPairFromUri } from '../../../src/crypto/index.js'
import { Dendrite, type DendriteOptions, type Target } from '../../../src/dendrite/index.js'
import { silentLogger } from '../../../src/log/index.js'
import { defineSynapse } from '../../../src/synapse/index.js'
import {
  connectSession,
  generateNoiseKeyPair,
  type SecureSession,
  webSocketCarrier,
} from '../../../src/transport/index.js'
import { RawChannel } from '../../support/RawChannel.js'
import type { RawPeer } from '../../support/RawPeer.js'

export const alice = keyPairFromUri('//Alice', { scheme: 'ed25519' })
export const bob = keyPairFromUri('//Bob', { scheme: 'ed25519' })
export const mallory = keyPairFromUri('//Mallory', { scheme: 'ed25519' })

export const double = defineSynapse({ name: 'double', request: z.number(), answer: z.number() })
export const echo = defineSynapse({ name: 'echo', request: z.unknown(), answer: z.unknown() })

const closers: (() => unknown)[] = []

/** Registers something to be ended after the test. */
export function afterwards(close: () => unknown): void {
  closers.push(close)
}

/** To be called once in each file: ends what the test has opened, the newest first. */
export function endAll(): void {
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close()
  })
}

/** An axon on a real socket, with a caller who must be answered whatever others do. */
export interface Serving {
  readonly axon: Axon
  readonly target: Target
  readonly address: { readonly host: string; readonly port: number }
  /** Expects that a call over a connection that stood before, and one over a new connection, are answered. */
  expectHonest(): Promise<void>
  /** The next refusal of a reason. */
  refusal(reason: RefusalReason): Promise<RefusedEvent>
}

export async function serve(
  options: Partial<AxonOptions> & { readonly upgradeMs?: number } = {},
): Promise<Serving> {
  const { upgradeMs, ...rest } = options
  const carrier = webSocketCarrier(upgradeMs === undefined ? {} : { upgradeMs })
  const axon = new Axon({ signer: alice, carrier, logger: silentLogger, ...rest })
  axon.handle(double, (value) => 2 * value)
  axon.handle(echo, (value) => value)
  await axon.start()
  afterwards(() => axon.stop())
  const target = { hotkey: axon.hotkey, ...axon.address }
  const old = dendriteOf(bob)
  expect((await old.call(double, target, 1)).status).toBe('ok')
  return {
    axon,
    target,
    address: axon.address,
    async expectHonest() {
      const fresh = dendriteOf(bob)
      // Answered is what counts: a machine that does much else takes its time.
      const patient = { timeoutMs: 60_000 }
      const results = await Promise.all([
        old.call(double, target, 2, patient),
        fresh.call(double, target, 3, patient),
      ])
      expect(results.map((result) => result.status === 'ok' && result.answer)).toEqual([4, 6])
      await fresh.close()
    },
    refusal: (reason) =>
      new Promise((resolve) => {
        const off = axon.on('refused', (event) => {
          if (event.reason !== reason) return
          off()
          resolve(event)
        })
      }),
  }
}

export function dendriteOf(signer: KeyPair = bob, options: Partial<DendriteOptions> = {}): Dendrite {
  const dendrite = new Dendrite({ signer, ...options })
  afterwards(() => dendrite.close())
  return dendrite
}

/** A caller who has proven itself and then says what it likes, over its session and below it. */
export async function proven(
  { target }: Pick<Serving, 'target'>,
  signer: KeyPair = mallory,
): Promise<{
  readonly session: SecureSession
  readonly closed: Promise<number>
  readonly messages: Uint8Array[]
  readonly peer: RawPeer
  readonly channel: RawChannel
}> {
  const channel = await RawChannel.dial({ host: target.host, port: target.port })
  const session = await connectSession(channel, {
    signer,
    staticKey: generateNoiseKeyPair(),
    hotkey: target.hotkey,
  })
  const messages: Uint8Array[] = []
  const closed = new Promise<number>((resolve) => {
    session.receive({ onMessage: (message) => void messages.push(message), onClose: resolve })
  })
  kept(channel.peer)
  return { session, closed, messages, peer: channel.peer, channel }
}

export function kept(peer: RawPeer): RawPeer {
  afterwards(() => peer.end())
  return peer
}

export async function until(holds: () => boolean, forMs = 20_000): Promise<void> {
  const endMs = performance.now() + forMs
  while (!holds()) {
    if (performance.now() > endMs) throw new TypeError(`waited ${forMs} ms for nothing`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
