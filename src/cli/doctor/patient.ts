import type { Clock } from '../../clock/index.js'
import { type KeyPair, type KeyScheme, keyPairFromSeed, type Signer } from '../../crypto/index.js'
import { Dendrite, type DendriteLimits, type DendriteOptions } from '../../dendrite/index.js'
import { type CallResult, defineSynapse } from '../../synapse/index.js'
import type { Carrier, NetworkAddress } from '../../transport/index.js'
import type { Hotkey } from '../../units/index.js'

/** Whom the doctor looks at, and how. */
export interface Patient {
  readonly address: NetworkAddress
  /** The hotkey that it is to prove. */
  readonly hotkey: Hotkey
  readonly clock: Clock
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** Anything that can travel. */
export const anything = {
  '~standard': { version: 1, vendor: 'subnetkit', validate: (value: unknown) => ({ value }) },
} as const

/** Nobody handles it: an axon that says so, or that this caller may not ask, has proven itself, and ran nothing of its owner's but the blacklist. */
export const presence = /* @__PURE__ */ defineSynapse({
  name: 'subnetkit.doctor',
  request: anything,
  answer: anything,
})

/** A caller whom nobody knows. */
export function stranger(scheme: KeyScheme = 'ed25519'): KeyPair {
  return keyPairFromSeed(crypto.getRandomValues(new Uint8Array(32)), { scheme })
}

interface CallerOptions {
  readonly signer: Signer
  readonly carrier?: Carrier
  readonly transport?: DendriteOptions['transport']
  readonly limits?: Partial<DendriteLimits>
}

/** A client for one look, over connections of its own. */
export function callerOf(patient: Patient, { signer, carrier, transport, limits }: CallerOptions): Dendrite {
  const { clock, timeoutMs } = patient
  return new Dendrite({
    signer,
    clock,
    limits: { dialMs: timeoutMs, callMs: timeoutMs, ...limits },
    ...(carrier === undefined ? {} : { carrier }),
    ...(transport === undefined ? {} : { transport }),
  })
}

/** Asks for nothing, and says how that ended. */
export async function knock(
  dendrite: Dendrite,
  { address, hotkey, signal, timeoutMs }: Patient,
  body: unknown = null,
): Promise<CallResult<unknown>> {
  return await dendrite.call(presence, { hotkey, ...address }, body, { timeoutMs, signal })
}

/** Knocks once over a connection of its own. */
export async function knockOnce(patient: Patient, options: CallerOptions): Promise<CallResult<unknown>> {
  const dendrite = callerOf(patient, options)
  try {
    return await knock(dendrite, patient)
  } finally {
    await dendrite.close()
  }
}
