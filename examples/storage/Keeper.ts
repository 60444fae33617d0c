import { RelayedError } from 'subnetkit/axon'
import { type Clock, sleep } from 'subnetkit/clock'
import { answerTo, type SynapseAnswer, type WorkContext } from 'subnetkit/neuron'
import type { Hotkey } from 'subnetkit/units'
import { walk } from './challenge.js'
import { Disk } from './Disk.js'
import { get, LEAF_BYTES, LEAVES, prove, put, type Sealed } from './protocol.js'
import { type SealKey, seal, unseal } from './seal.js'
import { pathOf, rootOf, type Tree, treeOf } from './tree.js'

/** What a miner keeps blobs with. */
export interface KeeperOptions {
  /** Replicas that it takes of each validator. */
  readonly room: number
  /** What it takes to read a leaf, in milliseconds. Default 2. */
  readonly readMs?: number
  /** What it takes to seal a leaf besides the work that is really done, in milliseconds. Default 64: longer than a whole challenge may take. */
  readonly leafSealMs?: number
  /** Default: one of its own. */
  readonly disk?: Disk
}

/** What leaves of a replica are read from. */
export interface Leaves extends AsyncDisposable {
  read(at: number): Promise<Uint8Array>
}

/** What there is to be kept. */
export interface Replica {
  readonly data: Uint8Array
  readonly sealed: Uint8Array
}

/** A replica, as its miner remembers it. */
interface Kept {
  readonly key: SealKey
  readonly untilMs: number
  readonly tree: Tree
}

/** An hour more than the day that validators count on. */
const KEPT_MS = 25 * 3_600_000

/** A miner of this market, as it ought to be: it seals what it takes, keeps it on its disk, and shows and gives back what it kept. */
export class Keeper {
  protected readonly disk: Disk
  protected readonly options: Required<KeeperOptions>
  readonly #kept = new Map<string, Kept>()
  /** What is being sealed. */
  readonly #coming = new Map<string, Promise<Sealed>>()
  #clock: Clock | undefined

  constructor({ room, readMs = 2, leafSealMs = 64, disk = new Disk() }: KeeperOptions) {
    this.options = { room, readMs, leafSealMs, disk }
    this.disk = disk
  }

  get answers(): SynapseAnswer[] {
    return [
      // Who is turned away because the disk is full asks another miner.
      answerTo(put, ({ data }, context) => this.#take(data, context), {
        verify: (caller, _subnet, { request }) => this.#hasRoom(caller, rootOf(request.data)),
      }),
      answerTo(get, async ({ id }, context) => {
        const [name, { key }] = this.#anyOf(id)
        return { data: await this.giveBack(name, key, context) }
      }),
      answerTo(prove, async ({ id, nonce }, context) => {
        const name = nameOf(id, context.caller)
        const { tree } = this.#kept.get(name) ?? missing()
        await using leaves = await this.open(name, context)
        const links = await walk(nonce, async (at) => ({
          leaf: await leaves.read(at),
          path: pathOf(tree, at),
        }))
        return { links }
      }),
    ]
  }

  /** Whom a replica is sealed for. */
  protected sealedFor({ hotkey }: WorkContext): string {
    return hotkey
  }

  protected async makeReplica(
    data: Uint8Array,
    key: SealKey,
    { clock, signal }: WorkContext,
  ): Promise<Uint8Array> {
    const sealed = await seal(data, key)
    await sleep(clock, LEAVES * this.options.leafSealMs, signal)
    return sealed
  }

  /** Keeps a replica; the data is what cheats want. */
  protected async save(name: string, { sealed }: Replica, { stopped }: WorkContext): Promise<void> {
    this.disk.wantedUntil(stopped)
    await this.disk.write(name, sealed)
  }

  /** The whole of a replica. */
  protected async load(name: string, _context: WorkContext): Promise<Uint8Array> {
    return await this.disk.read(name)
  }

  /** Opens a replica to read leaves of it. */
  protected async open(name: string, { clock, signal }: WorkContext): Promise<Leaves> {
    const file = await this.disk.open(name)
    return {
      read: async (at) => {
        await sleep(clock, this.options.readMs, signal)
        return await file.read(at * LEAF_BYTES, LEAF_BYTES)
      },
      [Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
    }
  }

  protected async giveBack(name: string, key: SealKey, context: WorkContext): Promise<Uint8Array> {
    return unseal(await this.load(name, context), key)
  }

  async #take(data: Uint8Array, context: WorkContext): Promise<Sealed> {
    const { clock, caller: validator } = context
    this.#clock = clock
    const key = { miner: this.sealedFor(context), validator, id: rootOf(data) }
    const name = nameOf(key.id, validator)
    const untilMs = clock.now() + KEPT_MS
    const before = this.#kept.get(name)
    if (before !== undefined) {
      this.#kept.set(name, { ...before, untilMs })
      return { miner: key.miner, sealed: await this.load(name, context) }
    }
    const coming = this.#coming.get(name) ?? this.#seal(name, data, { key, untilMs }, context)
    this.#coming.set(name, coming)
    try {
      return await coming
    } finally {
      this.#coming.delete(name)
    }
  }

  async #seal(
    name: string,
    data: Uint8Array,
    { key, untilMs }: Omit<Kept, 'tree'>,
    context: WorkContext,
  ): Promise<Sealed> {
    const sealed = await this.makeReplica(data, key, context)
    await this.save(name, { sealed, data }, context)
    this.#kept.set(name, { key, untilMs, tree: treeOf(sealed) })
    return { miner: key.miner, sealed }
  }

  /** Once what has had its time is deleted. What is there already needs none. */
  async #hasRoom(validator: Hotkey, id: string): Promise<boolean> {
    const nowMs = this.#clock?.now() ?? 0
    for (const [name, { untilMs }] of this.#kept) {
      if (untilMs > nowMs) continue
      this.#kept.delete(name)
      await this.disk.delete(name)
    }
    const names = [...this.#kept.keys(), ...this.#coming.keys()]
    if (names.includes(nameOf(id, validator))) return true
    return names.filter((name) => name.startsWith(validator)).length < this.options.room
  }

  /** Data is the same whichever validator had it kept. */
  #anyOf(id: string): readonly [string, Kept] {
    return [...this.#kept].find(([, { key }]) => key.id === id) ?? missing()
  }
}

/** @throws RelayedError for what is not there: another miner may have it. */
function missing(): never {
  throw new RelayedError({ status: 'failed', unhandled: true })
}

/** Replicas of one blob for two validators differ. */
const nameOf = (id: string, validator: Hotkey): string => `${validator}-${id}`
