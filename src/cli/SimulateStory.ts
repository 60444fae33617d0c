import { type FrameColumns, FrameSample, type SimulationFrame } from '../simulation/index.js'

/** What a run pays, and what is traded in it. */
const SUMMED = ['ownerAlpha', 'minersAlpha', 'validatorsAlpha', 'rootAlpha', 'boughtRao', 'soldRao'] as const
/** What it counts. */
const COUNTED = ['epochs', 'refusedCalls'] as const

type Sums = { readonly [N in (typeof SUMMED)[number]]: bigint } & {
  readonly [N in (typeof COUNTED)[number]]: number
}

/** A subnet at the end of a run, with what it paid in all. */
export interface SubnetStory extends Sums {
  readonly netuid: number
  readonly price: number
  readonly movingPrice: number
  readonly emissionShare: number
  readonly paidMiners: number
  readonly paidValidators: number
  readonly topMinerShare: number
}

/** Frames that a chart is drawn from. */
const CHART_FRAMES = 240

/** What there is to tell of a run, gathered frame by frame: its size does not grow with the run. */
export class SimulateStory {
  readonly #sample = new FrameSample(CHART_FRAMES)
  #sums: Sums[] = []
  #last: SimulationFrame | undefined
  #count = 0

  add(frame: SimulationFrame): void {
    const { columns } = frame
    this.#sums = Array.from(columns.netuid, (_, at) => added(this.#sums[at], columns, at))
    this.#last = frame
    this.#count++
    this.#sample.add(frame)
  }

  /** How many frames there were. */
  get count(): number {
    return this.#count
  }

  get last(): SimulationFrame | undefined {
    return this.#last
  }

  /** Frames evenly apart. */
  get sample(): readonly SimulationFrame[] {
    return this.#sample.frames
  }

  /** In order of netuid. */
  get subnets(): readonly SubnetStory[] {
    const columns = this.#last?.columns
    if (columns === undefined) return []
    const number = (column: ArrayLike<number>, at: number): number => column[at] ?? 0
    return this.#sums.map((sums, at) => ({
      netuid: number(columns.netuid, at),
      price: number(columns.price, at),
      movingPrice: number(columns.movingPrice, at),
      emissionShare: number(columns.emissionShare, at),
      paidMiners: number(columns.paidMiners, at),
      paidValidators: number(columns.paidValidators, at),
      topMinerShare: number(columns.topMinerShare, at),
      ...sums,
    }))
  }
}

function added(sums: Sums | undefined, columns: FrameColumns, at: number): Sums {
  const all = [
    ...SUMMED.map((name) => [name, (sums?.[name] ?? 0n) + (columns[name][at] ?? 0n)]),
    ...COUNTED.map((name) => [name, (sums?.[name] ?? 0) + (columns[name][at] ?? 0)]),
  ]
  return Object.fromEntries(all) as Sums
}
