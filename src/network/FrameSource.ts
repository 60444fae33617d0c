import type { Chain } from '../chain/index.js'
import { WaitList } from '../clock/index.js'
import { assert } from '../errors/index.js'
import type { BlockUpdate, Queries } from '../ledger/index.js'
import type { EpochFrame, Metagraph } from '../metagraph/index.js'
import type { Hotkey, Netuid, Rao } from '../units/index.js'

/** Frames kept for a consumer that is slower than the epochs; the oldest go first. */
const FRAMES_KEPT = 1_024

/** What frames are made from. */
export interface FrameSourceOptions {
  readonly chain: Chain
  readonly netuid: Netuid
  readonly names: ReadonlyMap<Hotkey, string>
  readonly signal: AbortSignal
  /** Is told of each frame as it is made. */
  readonly onFrame: (frame: EpochFrame) => void
}

/** Turns a chain's blocks into one frame per epoch of a subnet, in order, each handed out once. */
export class FrameSource {
  readonly #options: FrameSourceOptions
  readonly #frames: EpochFrame[] = []
  #isOpen = false
  #ended = false
  #failure: { readonly error: unknown } | undefined
  readonly #changes = new WaitList()

  constructor(options: FrameSourceOptions) {
    this.#options = options
  }

  /** Follows the chain until the signal aborts or it closes. Never rejects: what breaks it is thrown by `next`. */
  async run(): Promise<void> {
    const { chain, netuid, signal, onFrame } = this.#options
    try {
      for await (const update of chain.blocks({ signal })) {
        const epoch = epochOf(update, netuid)
        if (epoch === undefined) continue
        const [metagraph, subnet, { blockEmissionRao }] = await Promise.all([
          chain.metagraph(netuid, { signal }),
          chain.query('subnet', { netuid }, { signal }),
          chain.query('totals', {}, { signal }),
        ])
        const frame = this.#frameOf(update, epoch, { metagraph, ...moneyOf(subnet, blockEmissionRao) })
        if (this.#isOpen && this.#frames.push(frame) > FRAMES_KEPT) this.#frames.shift()
        onFrame(frame)
        this.#changes.wake()
      }
    } catch (error) {
      if (!signal.aborted) this.#failure = { error }
    } finally {
      this.#ended = true
      this.#changes.wake()
    }
  }

  /** Hands out frames from the next epoch on: what came before is no part of the story. */
  open(): void {
    this.#isOpen = true
  }

  /** The oldest frame not handed out yet; `undefined` when there will be no more, or the signal aborts. */
  async next(signal?: AbortSignal): Promise<EpochFrame | undefined> {
    for (;;) {
      if (signal?.aborted) return undefined
      const frame = this.#frames.shift()
      if (frame === undefined && this.#failure !== undefined) throw this.#failure.error
      if (frame !== undefined || this.#ended) return frame
      await this.#changes.wait(signal)
    }
  }

  #frameOf(
    update: BlockUpdate,
    epoch: number,
    { metagraph, ...money }: { readonly metagraph: Metagraph } & Money,
  ): EpochFrame {
    const { netuid, names } = this.#options
    const earnedAlpha = new BigUint64Array(metagraph.n)
    for (const { name, netuid: paidOn, data } of update.events) {
      if (name !== 'EmissionPaid' || paidOn !== netuid || data.kind === 'rootDividend') continue
      const uid = metagraph.uidOf(data.hotkey)
      if (uid !== undefined) earnedAlpha[uid] = (earnedAlpha[uid] ?? 0n) + data.amountAlpha
    }
    return {
      epoch,
      block: update.header.number,
      metagraph,
      names: metagraph.columns.hotkey.map((hotkey) => names.get(hotkey) ?? ''),
      earnedAlpha,
      ...money,
    }
  }
}

type Money = Pick<EpochFrame, 'priceBits' | 'emissionShare'>

function moneyOf(subnet: Queries['subnet']['answer'], blockEmissionRao: Rao): Money {
  assert(subnet !== null, 'a subnet that ran an epoch is there')
  const { taoInRao, excessRao } = subnet.lastInjection
  const emissionShare = blockEmissionRao === 0n ? 0 : Number(taoInRao + excessRao) / Number(blockEmissionRao)
  return { priceBits: subnet.priceBits, emissionShare }
}

/** Index of the epoch that ran on the subnet in this block, if one did. */
function epochOf({ events }: BlockUpdate, netuid: Netuid): number | undefined {
  for (const { name, netuid: ranOn, data } of events) {
    if (name === 'EpochRan' && ranOn === netuid) return data.epochIndex
  }
  return undefined
}
