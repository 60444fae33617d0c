import { check, durationMs, finiteNumber, listOf, optional, shape, text, u16 } from '../checks/index.js'
import { isAddress, parseAddress } from '../crypto/index.js'
import type { Target } from '../dendrite/index.js'
import { InvalidArgumentError } from '../errors/index.js'
import { Metagraph } from '../metagraph/index.js'
import { type Hotkey, U16_MAX, type Uid } from '../units/index.js'
import type { CandidateFacts } from './Candidate.js'
import type { RouterFaultEvent } from './events.js'
import { hushed } from './hushed.js'

/** A miner that is named by hand. */
export interface RouterTarget extends Target {
  /** What it earns of the subnet, in any unit: the mean of all counts as 1. Default 1. */
  readonly incentive?: number
  /** Above 0, in any unit. Default 1, or what `price` says. */
  readonly price?: number
}

/** Where candidates come from: named by hand, a metagraph, or a function that gives the latest one. */
export type CandidateSource = readonly RouterTarget[] | Metagraph | (() => Metagraph | Promise<Metagraph>)

/** A miner as it is told to `filter` and `price`. */
export interface CandidateInfo extends Target {
  /** Its slot; only of a metagraph. */
  readonly uid?: Uid
  /** Share of the subnet's incentive, from 0 to 1, or as the list of targets says. */
  readonly incentive: number
}

/** What the buyer says of miners. */
export interface Judgement {
  readonly filter: ((miner: CandidateInfo) => boolean) | undefined
  readonly price: ((miner: CandidateInfo) => number) | undefined
  readonly onFault: (event: RouterFaultEvent) => void
}

const targetsShape = listOf(
  shape<RouterTarget>({
    hotkey: text({ min: 1 }),
    host: text({ min: 1 }),
    port: u16({ min: 1 }),
    incentive: optional(durationMs()),
    price: optional(finiteNumber()),
  }),
)

/**
 * Holds what was handed in as candidates to what it must be; a function is not called.
 *
 * @throws InvalidArgumentError naming the part that is wrong, a hotkey that comes twice included.
 * @throws InvalidAddressError for a hotkey that is no address.
 */
export function checkCandidates(field: string, source: unknown): void {
  if (typeof source === 'function' || source instanceof Metagraph) return
  if (!Array.isArray(source)) {
    const remedy = 'Pass a Metagraph, a list of targets, or a function that gives the latest Metagraph.'
    throw new InvalidArgumentError({ field, value: source, remedy })
  }
  check(field, targetsShape, source)
  const seen = new Set<Hotkey>()
  for (const [index, { hotkey, price }] of (source as readonly RouterTarget[]).entries()) {
    parseAddress(hotkey)
    if (seen.has(hotkey)) {
      const remedy = 'Name each hotkey once: it proves itself at one address.'
      throw new InvalidArgumentError({ field: `${field}[${index}].hotkey`, value: hotkey, remedy })
    }
    seen.add(hotkey)
    if (price !== undefined && price <= 0) {
      const remedy = 'Pass a price above 0, or leave it out.'
      throw new InvalidArgumentError({ field: `${field}[${index}].price`, value: price, remedy })
    }
  }
}

/**
 * The candidates of a list or a metagraph: those that serve, pass the filter and have a price; of more than there is room for, those with
 * the most incentive.
 *
 * PERF: a walk over all.
 */
export function readCandidates(
  source: readonly RouterTarget[] | Metagraph,
  options: Judgement & {
    readonly most: number
    readonly self: Hotkey | undefined
    /** Whether a hotkey was a candidate before, and so is an address: to look costs a hash. */
    readonly isKnown: (hotkey: Hotkey) => boolean
  },
): readonly CandidateFacts[] {
  const all = source instanceof Metagraph ? minersOf(source, options) : source.map(namedMiner)
  const fit = all.flatMap(({ info, price }) => {
    if (!passes(info, options)) return []
    const asked = price ?? priceOf(info, options)
    return asked === undefined ? [] : [{ info, price: asked }]
  })
  const taken =
    fit.length <= options.most
      ? fit
      : fit.sort((a, b) => b.info.incentive - a.info.incentive).slice(0, options.most)
  const sum = taken.reduce((total, { info }) => total + info.incentive, 0)
  const mean = sum / Math.max(1, taken.length)
  return taken.map(({ info, price }) => ({
    target: { hotkey: info.hotkey, host: info.host, port: info.port },
    incentive: mean > 0 ? info.incentive / mean : 1,
    price,
  }))
}

interface Read {
  readonly info: CandidateInfo
  /** `undefined` when `price` says it. */
  readonly price: number | undefined
}

function minersOf(
  { columns, n }: Metagraph,
  { self, isKnown }: { readonly self: Hotkey | undefined; readonly isKnown: (hotkey: Hotkey) => boolean },
): Read[] {
  const miners: Read[] = []
  for (let uid = 0; uid < n; uid++) {
    const hotkey = columns.hotkey[uid]
    const axon = columns.axon[uid]
    if (hotkey === undefined || hotkey === self || axon == null || axon.port === 0) continue
    if (!isKnown(hotkey) && !isAddress(hotkey)) continue
    const incentive = (columns.incentiveU16[uid] ?? 0) / U16_MAX
    miners.push({ info: { hotkey, host: axon.host, port: axon.port, uid, incentive }, price: undefined })
  }
  return miners
}

function namedMiner({ hotkey, host, port, incentive = 1, price }: RouterTarget): Read {
  return { info: { hotkey, host, port, incentive }, price }
}

function passes(info: CandidateInfo, { filter, onFault }: Judgement): boolean {
  if (filter === undefined) return true
  try {
    const passed = hushed(filter(info))
    if (typeof passed === 'boolean') return passed
    onFault({ part: 'filter', cause: passed })
  } catch (cause) {
    onFault({ part: 'filter', cause })
  }
  return false
}

function priceOf(info: CandidateInfo, { price, onFault }: Judgement): number | undefined {
  if (price === undefined) return 1
  try {
    const asked = hushed(price(info))
    if (typeof asked === 'number' && asked > 0 && Number.isFinite(asked)) return asked
    onFault({ part: 'price', cause: asked })
  } catch (cause) {
    onFault({ part: 'price', cause })
  }
  return undefined
}
