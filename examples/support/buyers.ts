import { type Clock, systemClock } from 'subnetkit/clock'
import type { CanonicalValue } from 'subnetkit/codec'
import { keyPairFromUri, type Signer } from 'subnetkit/crypto'
import { Dendrite, type Target } from 'subnetkit/dendrite'
import { assert } from 'subnetkit/errors'
import type { Hotkey } from 'subnetkit/units'
import { keyOf } from './keys.js'
import type { MarketBuyer } from './market.js'
import { type Cast, seatOf } from './marketRun.js'

/** Where buyers of a market find what they want. */
export interface Marketplace {
  readonly desks: readonly Target[]
  readonly hotkeys: ReadonlyMap<string, Hotkey>
  /** Those of a network that does not live in real time. */
  readonly network?: {
    readonly clock: Clock
    readonly dendrite: (signer: Signer) => Dendrite
    readonly run: (work: Promise<unknown>) => Promise<unknown>
  }
}

/** Lets those buy who buy in a market, until what it gives is disposed of. */
export function startBuyers<Defence extends string, Task, Answer, State extends CanonicalValue>(
  cast: Cast<Defence, Task, Answer, State>,
  place: Marketplace,
): AsyncDisposable {
  const stop = new AbortController()
  const isHere = ({ friendOf }: MarketBuyer): boolean =>
    friendOf === undefined || cast.miners.some(({ name }) => name === friendOf)
  const buyers = (cast.market.buyers ?? []).filter(isHere)
  assert(buyers.length === 0 || place.desks.length > 0, 'validators of a market with buyers let customers in')
  const bought = Promise.all(buyers.map((buyer) => buy(buyer, cast, place, stop.signal)))
  return {
    async [Symbol.asyncDispose]() {
      stop.abort()
      // A call that nobody ends still has its time.
      await (place.network?.run(bought) ?? bought)
    },
  }
}

async function buy(
  { name, uri, buys }: MarketBuyer,
  { seed, logger }: Pick<Cast<never, never, never, never>, 'seed' | 'logger'>,
  { desks, hotkeys, network }: Marketplace,
  signal: AbortSignal,
): Promise<void> {
  const signer = uri === undefined ? keyOf(seed, name, 'buyer') : keyPairFromUri(uri)
  const dendrite = network?.dendrite(signer) ?? new Dendrite({ signer })
  const { clock = systemClock } = network ?? {}
  try {
    await buys({ ...seatOf(name, seed), dendrite, desks, hotkeys, clock, signal })
  } catch (error) {
    if (!signal.aborted) logger.error({ error }, `The buyer ${name} failed: ${error}`)
  } finally {
    if (network === undefined) await dendrite.close()
  }
}
