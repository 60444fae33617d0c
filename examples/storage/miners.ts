import { sleep } from 'subnetkit/clock'
import { SeededRandom } from 'subnetkit/math'
import type { WorkContext } from 'subnetkit/neuron'
import type { MarketMiner, MarketSeat } from '../support/market.js'
import { bytesOf } from './bytes.js'
import { Disk } from './Disk.js'
import { Keeper, type KeeperOptions, type Leaves, type Replica } from './Keeper.js'
import { BLOB_BYTES, LEAVES, LINKS } from './protocol.js'
import type { SealKey } from './seal.js'
import { leafOf } from './tree.js'

/** How long it takes to fetch a blob from where it costs next to nothing to keep: far away. */
const FAR_MS = 100

/** Longer than anybody waits. */
const AWAY_MS = 3_600_000

/** Is away now and then, as a home computer is. */
class Unreliable extends Keeper {
  readonly #random: SeededRandom
  readonly #share: number

  constructor(options: KeeperOptions & { readonly random: SeededRandom; readonly share: number }) {
    super(options)
    this.#random = options.random
    this.#share = options.share
  }

  protected override async open(name: string, context: WorkContext) {
    if (this.#random.float() < this.#share) await sleep(context.clock, AWAY_MS, context.signal)
    return await super.open(name, context)
  }
}

/** Has all of it far away, in a store that costs next to nothing, and nothing here. */
class Outsourcer extends Keeper {
  protected override async load(name: string, context: WorkContext): Promise<Uint8Array> {
    await sleep(context.clock, FAR_MS, context.signal)
    return await super.load(name, context)
  }

  protected override async open(name: string, context: WorkContext) {
    return leavesOf(await this.load(name, context))
  }
}

/** Leaves of a replica that is in memory. */
const leavesOf = (sealed: Uint8Array): Leaves => ({
  read: async (at) => leafOf(sealed, at),
  async [Symbol.asyncDispose]() {},
})

/** Keeps something else than the replica, and fetches the data from far away when it has to give it back. */
abstract class Fetcher extends Keeper {
  readonly #far = new Disk()

  protected override async save(name: string, { data }: Replica, { stopped }: WorkContext): Promise<void> {
    this.#far.wantedUntil(stopped)
    await this.#far.write(name, data)
  }

  protected override async giveBack(
    name: string,
    _key: SealKey,
    { clock, signal }: WorkContext,
  ): Promise<Uint8Array> {
    await sleep(clock, FAR_MS, signal)
    return await this.#far.read(name)
  }
}

/** Throws half of a replica away after the first challenge: it keeps the leaves that it was asked for, and a few besides. */
class Deleter extends Fetcher {
  /** Where leaves lie in what is left, by name. */
  readonly #left = new Map<string, readonly number[]>()

  protected override async save(name: string, replica: Replica, context: WorkContext): Promise<void> {
    this.disk.wantedUntil(context.stopped)
    await this.disk.write(name, replica.sealed)
    await super.save(name, replica, context)
  }

  protected override async open(name: string, context: WorkContext): Promise<Leaves> {
    const left = this.#left.get(name)
    const leaves = await super.open(name, context)
    // It shows another leaf where it has not that one any more.
    if (left !== undefined) return { ...leaves, read: (at) => leaves.read(Math.max(0, left.indexOf(at))) }
    const asked: number[] = []
    const read = async (at: number): Promise<Uint8Array> => {
      const leaf = await leaves.read(at)
      if (asked.push(at) === LINKS) await this.#keepHalf(name, asked)
      return leaf
    }
    return { ...leaves, read }
  }

  async #keepHalf(name: string, asked: readonly number[]): Promise<void> {
    const sealed = await this.disk.read(name)
    const left = [...new Set([...asked, ...Array(LEAVES).keys()])].slice(0, LEAVES / 2)
    this.#left.set(name, left)
    await this.disk.write(name, Buffer.concat(left.map((at) => leafOf(sealed, at))))
  }
}

/** Makes up something in place of a replica, as often as it is asked for it, and keeps nothing. */
class Generator extends Fetcher {
  protected override async makeReplica(_data: Uint8Array, { id }: SealKey): Promise<Uint8Array> {
    return bytesOf(new SeededRandom(id), BLOB_BYTES)
  }

  protected override async load(name: string): Promise<Uint8Array> {
    return bytesOf(new SeededRandom(name.slice(-64)), BLOB_BYTES)
  }

  protected override async open(name: string) {
    return leavesOf(await this.load(name))
  }
}

/** One of two identities with one disk: both have their replicas sealed for neither of them, so that they are the same. */
class Sibling extends Keeper {
  protected override sealedFor(): string {
    return 'the pair'
  }
}

/** Proves that it has everything, and gives zeros back: it saved the cost of a line, and has more disks for it. */
class Miser extends Keeper {
  protected override async giveBack(): Promise<Uint8Array> {
    return new Uint8Array(BLOB_BYTES)
  }
}

type StorageMiner = MarketMiner<unknown, unknown>

/** The one disk of a pair, by the seed of their run. In processes of their own each has the same file once more. */
const disks = new Map<string, Disk>()

function diskOf({ seed }: MarketSeat): Disk {
  const disk = disks.get(seed) ?? new Disk()
  disks.set(seed, disk)
  return disk
}

/** Room for all that anybody is ever given. */
const ENDLESS = 64

/**
 * Those who take part, the best of the honest ones first.
 *
 * @param leafSealMs - what sealing a leaf takes besides the work that is really done: 0 where no test should wait for it.
 */
export function storageMiners(leafSealMs = 64): readonly StorageMiner[] {
  const of = (keeper: (options: Pick<KeeperOptions, 'leafSealMs'>, seat: MarketSeat) => Keeper) => {
    return (seat: MarketSeat) => ({ answers: keeper({ leafSealMs }, seat).answers })
  }
  const sibling = of((pace, seat) => new Sibling({ ...pace, room: ENDLESS, disk: diskOf(seat) }))
  return [
    {
      name: 'better',
      is: 'honest',
      does: 'keeps three replicas of each validator on its disk',
      spec: of((pace) => new Keeper({ ...pace, room: 3 })),
    },
    {
      name: 'worse',
      is: 'honest',
      does: 'keeps two, on a slower disk, and is away for one challenge in twelve',
      spec: of((pace, { random }) => new Unreliable({ ...pace, room: 2, readMs: 3, share: 1 / 12, random })),
    },
    {
      name: 'deleter',
      is: 'cheat',
      does: 'throws away half of each replica after it was challenged once, and so has room for twice as many',
      spec: of((pace) => new Deleter({ ...pace, room: ENDLESS })),
    },
    {
      name: 'outsourcer',
      is: 'cheat',
      does: 'has no disk: keeps all in a store far away, and fetches a replica when it is challenged',
      spec: of((pace) => new Outsourcer({ ...pace, room: ENDLESS })),
    },
    {
      name: 'generator',
      is: 'cheat',
      does: 'keeps nothing: gives made-up bytes for a sealed replica, and makes them up again when it is challenged',
      spec: of((pace) => new Generator({ ...pace, room: ENDLESS })),
    },
    {
      name: 'sibling-1',
      is: 'cheat',
      does: 'shares one disk, and one copy of each replica, with the other sibling',
      spec: sibling,
    },
    {
      name: 'sibling-2',
      is: 'cheat',
      does: 'the same owner under a second hotkey',
      spec: sibling,
    },
    {
      name: 'miser',
      is: 'cheat',
      does: 'keeps and proves all that it is given, and gives zeros back',
      spec: of((pace) => new Miser({ ...pace, room: ENDLESS })),
    },
  ]
}
