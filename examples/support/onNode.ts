import { join } from 'node:path'
import { RemoteChain } from 'subnetkit/chain'
import type { CanonicalValue } from 'subnetkit/codec'
import type { KeyPair } from 'subnetkit/crypto'
import { Dendrite } from 'subnetkit/dendrite'
import { assert } from 'subnetkit/errors'
import { joinSubnet, roundFolder, Validator } from 'subnetkit/neuron'
import { asHotkey, type Hotkey, type Netuid, RAO_PER_TAO } from 'subnetkit/units'
import { startBuyers } from './buyers.js'
import { joinMiner } from './joinMiner.js'
import { keyOf } from './keys.js'
import { type Cast, isPaid, mustGoOn, type Paid } from './marketRun.js'
import { startChain } from './startChain.js'

const MONEY_RAO = 1_000_000n * RAO_PER_TAO
const MAX_ROUNDS_BYTES = 1_000_000_000
const STAKE_RAO = 2_000n * RAO_PER_TAO

/** A chain in a process of its own; miners and validators here, each with its own connection to it, as on somebody else's chain. */
export async function runOnNode<Defence extends string, Task, Answer, State extends CanonicalValue>(
  cast: Cast<Defence, Task, Answer, State>,
): Promise<Paid> {
  const {
    market,
    seed,
    epochs,
    until,
    without,
    miners,
    validators,
    blockMs,
    roundsFolder,
    signal,
    logger,
    end,
  } = cast
  const owners = new Map(miners.map(({ name, owner = name }) => [name, owner]))
  const names = ['owner', ...owners.keys(), ...validators]
  const keys = new Map(
    names.map((name) => {
      const coldkey = keyOf(seed, owners.get(name) ?? name, 'coldkey')
      return [name, { coldkey, hotkey: keyOf(seed, name, 'hotkey') }]
    }),
  )
  const coldkeys = new Set(Array.from(keys.values(), ({ coldkey }) => coldkey.address))
  const endowed = Array.from(coldkeys, (address) => ({ address, balanceRao: MONEY_RAO }))
  await using started = new Started()
  const furtherMechanisms = market.furtherMechanisms?.({ without }) ?? []
  const mechanisms = 1 + furtherMechanisms.length
  const chain = await startChain({ seed, blockMs, validators: validators.length, mechanisms, endowed })
  started.defer(() => chain[Symbol.asyncDispose]())
  const wait = signal === undefined ? {} : { signal }
  const connect = async (): Promise<RemoteChain> => {
    const remote = await RemoteChain.connect({ url: chain.url, ...wait })
    started.defer(() => remote.close())
    return remote
  }
  const owner = await connect()
  const netuid = await openSubnet(owner, keysIn(keys, 'owner'))
  const mechanism = market.mechanism({ without })

  await Promise.all(
    miners.map(async (miner) => {
      const terms = { mechanism, seed, chain: await connect(), netuid, logger, ...keysIn(keys, miner.name) }
      const joined = await joinMiner(miner, terms)
      started.defer(() => joined.stop())
    }),
  )
  const desks = await Promise.all(
    validators.map(async (name) => {
      const { coldkey, hotkey: signer } = keysIn(keys, name)
      const remote = await connect()
      const hotkey = asHotkey(signer.address)
      await joinSubnet({ chain: remote, coldkey, hotkey, netuid, stakeRao: STAKE_RAO, ...wait })
      const dendrite = new Dendrite({ signer })
      started.defer(() => dendrite.close())
      const shared = { chain: remote, signer, netuid, dendrite, logger }
      const validator = new Validator<Task, Answer, State>({
        ...market.validator,
        ...shared,
        ...recordedIn(roundsFolder, name),
        mechanism,
      })
      started.defer(() => validator.stop())
      await validator.rehearse(wait)
      await validator.start()
      // As in networks: what decides about weights, and customers, is the first one's.
      const { weights: _weights, customers: _customers, ...settings } = market.validator ?? {}
      for (const [at, one] of furtherMechanisms.entries()) {
        const mechanismId = at + 1
        const records = recordedIn(roundsFolder, `${name}.${mechanismId}`)
        const further = one.validator({ ...settings, ...shared, ...records, mechanismId })
        started.defer(() => further.stop())
        await further.start()
      }
      return validator.customers === undefined ? [] : [{ hotkey, ...validator.customers.address }]
    }),
  )
  const hotkeys = new Map(Array.from(keys, ([name, { hotkey }]) => [name, asHotkey(hotkey.address)] as const))
  const buyers = startBuyers(cast, { desks: desks.flat(), hotkeys })
  started.defer(() => buyers[Symbol.asyncDispose]())
  const paid = await payOf(owner, { netuid, epochs, until, hotkeys, signal })
  end()
  mustGoOn(signal)
  return { epochs: paid, hotkeys }
}

/** What was started, ended in the opposite order. */
class Started implements AsyncDisposable {
  readonly #ends: (() => PromiseLike<void>)[] = []

  defer(end: () => PromiseLike<void>): void {
    this.#ends.unshift(end)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const end of this.#ends) await end()
  }
}

/** Who keeps the records of a validator's rounds, if anybody. */
function recordedIn(roundsFolder: string | undefined, folder: string) {
  if (roundsFolder === undefined) return {}
  return { onRound: roundFolder({ path: join(roundsFolder, folder), maxBytes: MAX_ROUNDS_BYTES }) }
}

interface Keys {
  readonly coldkey: KeyPair
  readonly hotkey: KeyPair
}

function keysIn(keys: ReadonlyMap<string, Keys>, name: string): Keys {
  const found = keys.get(name)
  assert(found !== undefined, `${name} has keys`)
  return found
}

async function openSubnet(chain: RemoteChain, { coldkey, hotkey }: Keys): Promise<Netuid> {
  const { events, refusal } = await chain.call(coldkey, 'registerSubnet', {
    hotkey: asHotkey(hotkey.address),
  })
  assert(refusal === null, `the chain opens a subnet (${refusal?.error})`)
  const netuid = events.find(({ name }) => name === 'NetworkAdded')?.netuid
  assert(typeof netuid === 'number', 'registering a subnet tells its number')
  await chain.call(coldkey, 'startSubnet', { netuid })
  return netuid
}

/** What each of the next epochs pays, by name, up to that which pays whom the run waits for. */
async function payOf(
  chain: RemoteChain,
  {
    netuid,
    epochs,
    until,
    hotkeys,
    signal,
  }: {
    readonly netuid: Netuid
    readonly epochs: number
    readonly until: string | undefined
    readonly hotkeys: ReadonlyMap<string, Hotkey>
    readonly signal: AbortSignal | undefined
  },
): Promise<Map<string, bigint>[]> {
  const names = new Map(Array.from(hotkeys, ([name, hotkey]) => [hotkey, name]))
  const paid: Map<string, bigint>[] = []
  for await (const { events } of chain.blocks(signal === undefined ? {} : { signal })) {
    const here = events.filter((event) => event.netuid === netuid)
    if (!here.some(({ name }) => name === 'EpochRan')) continue
    const earned = new Map<string, bigint>()
    for (const { name, data } of here) {
      if (name !== 'EmissionPaid' || data.kind === 'rootDividend') continue
      const who = names.get(data.hotkey)
      if (who !== undefined) earned.set(who, (earned.get(who) ?? 0n) + data.amountAlpha)
    }
    paid.push(earned)
    if (paid.length >= epochs || isPaid(earned, until)) break
  }
  return paid
}
