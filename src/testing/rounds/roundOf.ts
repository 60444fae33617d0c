import { type Artefact, artefactKind } from '../../artefact/index.js'
import {
  bytes,
  check,
  custom,
  instance,
  listOf,
  optional,
  plainObject,
  recordOf,
  type ShapeOf,
  shape,
  text,
  u16,
  wholeNumber,
} from '../../checks/index.js'
import { type CanonicalValue, encodeCanonical } from '../../codec/index.js'
import { addressOf, blake2b256, hexOf, isAddress } from '../../crypto/index.js'
import { InvalidArgumentError } from '../../errors/index.js'
import {
  defaultRoundLimits,
  type Reply,
  type Round,
  type RoundLimits,
  type RoundMiner,
  type SoldCall,
  type Source,
  type StreamReply,
  taskSeed,
} from '../../mechanism/index.js'
import { type RoundOverParts, roundOver } from '../../neuron/index.js'
import { asHotkey, type BlockNumber, type Hotkey } from '../../units/index.js'
import { type GivenBy, GivenClient } from './GivenClient.js'
import { Given, type GivenThing } from './given.js'
import { NotGivenError } from './NotGivenError.js'
import { OwnTime } from './OwnTime.js'

/** What a round for a test is made of; each part may be left out. */
export interface RoundOfOptions {
  /** Who plays, or how many: then with made-up hotkeys, uid 0 first. Default 3. */
  readonly miners?: number | readonly RoundMiner[]
  /** What stands for the miners and sources that `play` asks: a `given(...)` for each synapse and source. */
  readonly outside?: readonly Given[]
  /** The block that seeds it. Default 1. */
  readonly block?: number
  /** Any text: the same one gives the same tasks and the same secrets. Default empty. */
  readonly seed?: string
  /** Bounds of the round, as `roundLimits` of the mechanism. */
  readonly roundLimits?: Partial<RoundLimits>
  /** What miners committed to, and when (default: in block 0): listed, copied and run as in a validator's round. Default: the round refuses to list any. */
  readonly artefacts?: readonly (Artefact & { readonly hotkey: Hotkey; readonly block?: BlockNumber })[]
  /** What customers asked, by name of the synapse. Default nothing. */
  readonly sold?: {
    readonly [synapse: string]: readonly SoldCall<unknown, Reply<unknown> | StreamReply<unknown>>[]
  }
}

const DOMAIN = 'subnetkit/round-of/1'
const CONCURRENCY = 64
/** Nobody is called there. */
const NOWHERE = { host: '127.0.0.1', port: 1 } as const

const anyLimit = optional(wholeNumber({ min: 1 }))
const limitsShape = shape<Partial<RoundLimits>>(
  Object.fromEntries(
    Object.keys(defaultRoundLimits).map((limit) => [limit, anyLimit]),
  ) as ShapeOf<RoundLimits>,
)
const anyAddress = custom('Pass an address.', isAddress)
const minerShape = shape<RoundMiner>({
  hotkey: anyAddress,
  uid: u16(),
  coldkey: anyAddress,
  registeredAtBlock: wholeNumber(),
})
const minerCount = wholeNumber({ max: 256 })
const minerList = listOf(minerShape, { max: 256 })
const anything = custom('Pass any value.', () => true)
const soldShape = shape<SoldCall<unknown, unknown>>({
  hotkey: anyAddress,
  uid: u16(),
  customer: anyAddress,
  request: anything,
  reply: plainObject,
})
const artefactList = listOf(
  shape<NonNullable<RoundOfOptions['artefacts']>[number]>({
    hotkey: anyAddress,
    kind: artefactKind,
    bytes: bytes(),
    block: optional(wholeNumber()),
  }),
)
const optionsShape = shape<RoundOfOptions & { readonly state?: unknown }>({
  miners: optional(anything),
  outside: optional(listOf(instance(Given))),
  block: optional(wholeNumber()),
  seed: optional(text()),
  roundLimits: optional(limitsShape),
  artefacts: optional(artefactList),
  sold: optional(recordOf(listOf(soldShape))),
  state: optional(anything),
})

/**
 * A round over functions in place of a network: what `play` of a mechanism is handed in a test. It asks, counts and bounds as a validator's round does, on a time of its own that
 * passes at once, and the same options give the same round on any machine.
 *
 * Whatever it was given nothing for is refused with a `NotGivenError`.
 *
 * @param options.state - what the mechanism remembers. Default null.
 * @throws InvalidArgumentError naming the part that is wrong.
 *
 * @example
 * ```ts
 * import { ProtocolMechanism, type Played, type Round, scoresOf } from 'subnetkit/mechanism'
 * import { defineSynapse } from 'subnetkit/synapse'
 * import { given, roundOf } from 'subnetkit/testing'
 * import { z } from 'zod'
 *
 * const bid = defineSynapse({ name: 'bid', request: z.number(), answer: z.number() })
 *
 * class Market extends ProtocolMechanism {
 *   initialState() {
 *     return null
 *   }
 *
 *   async play(round: Round<null>) {
 *     return { bids: await round.askAll(bid, 7) }
 *   }
 *
 *   score({ bids, state }: Played<Market>) {
 *     return { scores: scoresOf(bids, ({ answer }) => answer ?? 0), state }
 *   }
 * }
 *
 * const round = roundOf({ miners: 2, outside: [given(bid, (item, { uid }) => item + uid)] })
 * const { bids } = await new Market().play(round)
 * console.log(bids.map(({ answer }) => answer)) // [7, 8]
 * ```
 */
export function roundOf(options?: RoundOfOptions & { readonly state?: null }): Round<null>
export function roundOf<State extends CanonicalValue>(
  options: RoundOfOptions & { readonly state: State },
): Round<State>
export function roundOf(
  options: RoundOfOptions & { readonly state?: CanonicalValue } = {},
): Round<CanonicalValue> {
  check('options', optionsShape, options)
  if (options.miners !== undefined)
    check('options.miners', Array.isArray(options.miners) ? minerList : minerCount, options.miners)
  const {
    miners = 3,
    outside = [],
    block = 1,
    seed = '',
    roundLimits = {},
    artefacts,
    sold = {},
    state = null,
  } = options
  const players = typeof miners === 'number' ? madeUp(miners) : inOrder(miners)
  const byHotkey = new Map(players.map((miner) => [miner.hotkey, miner]))
  const clock = new OwnTime()
  let newest = block
  const givenBy = finder(outside)
  const hashOf = (at: number): Uint8Array => blake2b256(encodeCanonical([DOMAIN, seed, at]))
  return roundOver({
    asker: 'play',
    client: new GivenClient(givenBy, byHotkey, clock),
    clock,
    seed: taskSeed({ blockHash: hexOf(hashOf(block)), netuid: 1, round: block, index: 0 }),
    block,
    mechanismId: 0,
    validator: asHotkey(madeUpAddress('validator')),
    miners: players,
    addressOf: (hotkey) => {
      const miner = byHotkey.get(hotkey)
      return miner && { hotkey, uid: miner.uid, address: NOWHERE }
    },
    state,
    limits: { ...defaultRoundLimits, ...roundLimits },
    concurrency: CONCURRENCY,
    secretKey: () => blake2b256(encodeCanonical([DOMAIN, seed])),
    blocks: { hashAt: async (at) => hexOf(hashOf(at)) },
    waiting: {
      newest: () => newest,
      async until(wanted) {
        newest = wanted
      },
    },
    signal: new AbortController().signal,
    sourceFor: sourceIn(givenBy),
    artefacts: (kind) => {
      if (artefacts === undefined)
        throw new NotGivenError({
          door: 'artefacts',
          what: kind,
          remedy: 'Put artefacts: [{ hotkey, kind, bytes }] to roundOf; [] for none.',
        })
      return artefacts.filter((one) => one.kind === kind).map((one) => ({ block: 0, ...one }))
    },
    sold: (name) => (sold[name] ?? []) as readonly SoldCall<unknown, never>[],
  })
}

/** A function in place of a source, held to the source's schemas. */
function sourceIn(givenBy: GivenBy): NonNullable<RoundOverParts<null>['sourceFor']> {
  return <Query, Value>(source: Source<Query, Value>): Source<Query, Value> => {
    const { name } = source
    const thing = givenBy('live', name)
    if (thing === undefined)
      throw new NotGivenError({
        door: 'live',
        what: name,
        remedy: `Put given(${name}, ...) to outside of roundOf.`,
      })
    return {
      ...source,
      read: async (query) => ({ value: (await thing.gives(query)) as Value, from: 'given' }),
    }
  }
}

function finder(outside: readonly Given[]): GivenBy {
  const things = new Map<string, GivenThing>()
  for (const [at, { thing }] of outside.entries()) {
    // On one axon a synapse and a stream of one name cannot be told apart.
    const key = keyOf(thing.door, thing.name)
    if (things.has(key)) {
      const remedy = `Give ${thing.name} once.`
      throw new InvalidArgumentError({ field: `options.outside[${at}]`, value: thing.name, remedy })
    }
    things.set(key, thing)
  }
  return (door, name) => {
    const thing = things.get(keyOf(door, name))
    return thing?.door === door ? (thing as Extract<GivenThing, { door: typeof door }>) : undefined
  }
}

function keyOf(door: GivenThing['door'], name: string): string {
  return `${door === 'live' ? 'source' : 'synapse'} ${name}`
}

function madeUpAddress(what: string, number = 0) {
  return addressOf(blake2b256(encodeCanonical([DOMAIN, what, number])))
}

function madeUp(count: number): RoundMiner[] {
  return Array.from({ length: count }, (_, uid) => {
    const named = (what: string) => madeUpAddress(what, uid)
    return Object.freeze({
      hotkey: asHotkey(named('hotkey')),
      uid,
      coldkey: named('coldkey'),
      registeredAtBlock: 0,
    })
  })
}

/** @throws InvalidArgumentError for two of one hotkey or uid. */
function inOrder(miners: readonly RoundMiner[]): RoundMiner[] {
  const seen = new Set<Hotkey | number>()
  for (const [at, { hotkey, uid }] of miners.entries()) {
    for (const [field, value] of [
      ['hotkey', hotkey],
      ['uid', uid],
    ] as const) {
      if (seen.has(value)) {
        const remedy = 'Give each miner a hotkey and a uid of its own.'
        throw new InvalidArgumentError({ field: `options.miners[${at}].${field}`, value, remedy })
      }
      seen.add(value)
    }
  }
  return miners.map((miner) => Object.freeze({ ...miner })).sort((a, b) => a.uid - b.uid)
}
