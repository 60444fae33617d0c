import { Axon, type CallContext, RelayedError } from '../../axon/index.js'
import type { Clock } from '../../clock/index.js'
import type { Signer } from '../../crypto/index.js'
import type { Target } from '../../dendrite/index.js'
import { portableError } from '../../errors/index.js'
import { type Logger, silentLogger } from '../../log/index.js'
import { Router, RouterClosedError } from '../../router/index.js'
import { type AtMiner, atMiner, type StreamSynapse, type Synapse } from '../../synapse/index.js'
import type { Carrier, NetworkAddress } from '../../transport/index.js'
import type { BlockNumber, Hotkey } from '../../units/index.js'
import { axonFaultEvent } from '../axonFaultEvent.js'
import { LimitsMet } from '../LimitsMet.js'
import type { RoundClient } from '../play/RoundClient.js'
import type { SubnetFollower } from '../SubnetFollower.js'
import type { ValidatorEvent } from '../validatorEvents.js'
import { CustomerCall, relayed } from './CustomerCall.js'
import { type CustomersOptions, placesOf } from './customersOptions.js'
import { DetachedWork } from './DetachedWork.js'
import type { Sale } from './Sale.js'
import { SoldAsks } from './SoldAsks.js'
import { SoldLoan } from './SoldLoan.js'

/** Asks that one call may come to, where miners fail and it is safe to ask again. */
const MAX_ASKS = 4

/** How long reading may take besides: who reads a stream slowly holds a place. */
const READING_MS = 10_000

/** How long a stop lets calls of customers go on. */
const STOP_MS = 1_000

/** What letting customers in needs. */
export interface CustomersParts {
  readonly options: CustomersOptions
  readonly sales: ReadonlyMap<string, Sale>
  readonly signer: Signer
  readonly hotkey: Hotkey
  readonly carrier: Carrier | undefined
  readonly logger: Logger | undefined
  readonly clock: Clock
  /** The validator's own client, by which its rounds ask too. */
  readonly client: RoundClient
  readonly concurrency: number
  readonly follower: Pick<SubnetFollower, 'metagraph' | 'known'>
  /** What the router's draws come from. */
  readonly seed: () => Uint8Array
  /** Aborted when the validator stops. */
  readonly signal: AbortSignal
  readonly tell: (event: ValidatorEvent) => void
}

/** Customers of a validator: its axon for them, and what they asked since the last round. */
export class Customers {
  readonly #parts: CustomersParts
  readonly #axon: Axon
  readonly #asks: SoldAsks
  readonly #detached = new DetachedWork()
  readonly #limits: LimitsMet
  /** Calls by synapse, and by synapse and customer. */
  readonly #underWay = new Map<string, number>()
  #router: Router | undefined
  #calls = 0

  /** @throws InvalidArgumentError for quotas that are wrong. */
  constructor(parts: CustomersParts) {
    this.#parts = parts
    const { options, signer, hotkey, carrier, clock, client, concurrency, follower, tell } = parts
    const { host, port, quotas, blacklist } = options
    const places = placesOf(options, concurrency)
    this.#asks = new SoldAsks({
      hotkey,
      client,
      clock,
      places,
      detached: this.#detached,
      known: () => follower.known,
    })
    this.#axon = new Axon({
      // What it says of faults and limits are events of the validator, which says them.
      logger: silentLogger,
      signer,
      clock,
      limits: {
        maxRunning: places,
        maxRunningPerCaller: Math.ceil(places / 4),
        maxCallMs: longestMs(parts.sales),
        stopMs: STOP_MS,
      },
      ...(carrier === undefined ? {} : { carrier }),
      ...(host === undefined ? {} : { host }),
      ...(port === undefined ? {} : { port }),
      ...(quotas === undefined ? {} : { quotas }),
      ...(blacklist === undefined
        ? {}
        : { blacklist: async (call) => blacklist(call.hotkey, await follower.metagraph(), call) }),
    })
    this.#limits = new LimitsMet(tell)
    this.#axon.on('refused', (event) => this.#limits.refused(event))
    this.#axon.on('fault', (event) => {
      const told = axonFaultEvent(event)
      if (told !== undefined) tell(told)
    })
    this.#axon.on('failed', ({ synapse, requestId, status, cause }) => {
      // Of what came of a miner, `customerCall` tells.
      if (status !== 'failed' || cause instanceof RelayedError) return
      tell({ type: 'axonFault', part: 'handler', synapse, requestId, error: portableError(cause) })
    })
    for (const sale of parts.sales.values()) this.#open(sale)
  }

  /** Its server, for its counters and events. */
  get axon(): Axon {
    return this.#axon
  }

  /** Where customers call it. @throws AxonStateError unless the validator runs. */
  get address(): NetworkAddress {
    return this.#axon.address
  }

  /** Listens. @throws ListenError when the address cannot be bound. */
  async start(): Promise<void> {
    const { clock, follower, logger, seed, tell } = this.#parts
    // Before the first call, so that it is known who may be asked.
    await follower.metagraph()
    this.#router = await Router.start({
      dendrite: this.#asks,
      candidates: () => follower.metagraph(),
      // A second ask beside the first is what no round does, and one call is not to become many.
      hedgeShare: 0,
      limits: { maxAttempts: MAX_ASKS },
      seed: seed(),
      clock,
      ...(logger === undefined ? {} : { logger }),
    })
    await this.#axon.start()
    const { host, port } = this.#axon.address
    tell({ type: 'customersServed', address: { host, port } })
  }

  /** Ends all calls, and returns when nothing is left running. */
  async stop(): Promise<void> {
    await this.#axon.stop()
    await this.#router?.close()
    this.#detached.end()
    this.#limits.close()
  }

  /** Lends the round of a block what customers asked, and tells what had no room. */
  lend(block: BlockNumber): SoldLoan {
    const { sales, tell } = this.#parts
    for (const [synapse, sale] of sales) {
      const rows = sale.rows.takeDropped()
      if (rows > 0) tell({ type: 'soldRowsDropped', block, synapse, rows })
    }
    const rows = new Map([...sales].map(([name, sale]) => [name, sale.rows]))
    return new SoldLoan(rows, (name) => sales.get(name)?.keep)
  }

  /** Answers a synapse under both names. */
  #open(sale: Sale): void {
    const { synapse } = sale
    if (synapse.kind === 'unary') {
      this.#axon.handle(synapse, (request, context) => this.#answer(sale, synapse, context, { request }))
      const named: Synapse<AtMiner<unknown>> = atMiner(synapse)
      this.#axon.handle(named, (request, context) => this.#answer(sale, synapse, context, request))
    } else {
      this.#axon.handle(synapse, (request, context) => this.#stream(sale, synapse, context, { request }))
      const named: StreamSynapse<AtMiner<unknown>> = atMiner(synapse)
      this.#axon.handle(named, (request, context) => this.#stream(sale, synapse, context, request))
    }
  }

  async #answer(sale: Sale, synapse: Synapse, context: CallContext, asked: Asked): Promise<unknown> {
    const call = this.#begin(sale, context, asked)
    try {
      const target = await this.#admit(call, asked)
      const { request } = asked
      const result =
        target === undefined
          ? await this.#routerNow.call(synapse, request, call.options)
          : await this.#asks.call(synapse, target, request, call.options)
      if (result.status !== 'ok') throw relayed(result)
      call.passes(result.answer)
      call.succeeds()
      return result.answer
    } catch (error) {
      throw call.fails(error)
    } finally {
      this.#end(call)
    }
  }

  async *#stream(
    sale: Sale,
    synapse: StreamSynapse,
    context: CallContext,
    asked: Asked,
  ): AsyncGenerator<unknown, void, undefined> {
    const call = this.#begin(sale, context, asked)
    try {
      const target = await this.#admit(call, asked)
      const { request } = asked
      const chunks =
        target === undefined
          ? this.#routerNow.stream(synapse, request, call.options)
          : this.#asks.stream(synapse, target, request, call.options)
      for await (const chunk of chunks) {
        call.passes(chunk)
        yield chunk
      }
      call.succeeds()
    } catch (error) {
      throw call.fails(error)
    } finally {
      this.#end(call)
    }
  }

  /** Who is to be asked, where the customer names somebody. @throws RelayedError for a call that cannot be asked. */
  async #admit(call: CustomerCall, { miner }: Asked): Promise<Target | undefined> {
    const { hotkey, follower } = this.#parts
    const [all, own] = keysOf(call).map((key) => (this.#underWay.get(key) ?? 1) - 1) as [number, number]
    if (call.sale.rows.isFull(call.customer, { all, own }))
      throw new RelayedError({ status: 'overloaded', unhandled: true })
    if (miner === undefined) return undefined
    const metagraph = await follower.metagraph()
    const uid = miner === hotkey ? undefined : metagraph.uidOf(miner as Hotkey)
    const address = uid === undefined ? null : metagraph.columns.axon[uid]
    if (address == null) throw new RelayedError({ status: 'unreachable', unhandled: true })
    return { hotkey: miner as Hotkey, ...address }
  }

  get #routerNow(): Router {
    if (this.#router === undefined) throw new RouterClosedError()
    return this.#router
  }

  #begin(sale: Sale, context: CallContext, { request }: Asked): CustomerCall {
    const call = new CustomerCall({ ...this.#parts, sale, context, request, id: `customer-${++this.#calls}` })
    for (const key of keysOf(call)) this.#underWay.set(key, (this.#underWay.get(key) ?? 0) + 1)
    this.#asks.begin(call)
    return call
  }

  #end(call: CustomerCall): void {
    for (const key of keysOf(call)) {
      const left = (this.#underWay.get(key) ?? 1) - 1
      if (left > 0) this.#underWay.set(key, left)
      else this.#underWay.delete(key)
    }
    this.#asks.end(call)
    this.#parts.tell({ type: 'customerCall', ...call.end() })
  }
}

/** By what calls that are under way are counted. No customer's address has a space in it. */
function keysOf({ sale, customer }: CustomerCall): readonly [string, string] {
  const { name } = sale.synapse
  return [name, `${name} ${customer}`]
}

/** How long a call may take at most, whatever its customer says. */
function longestMs(sales: ReadonlyMap<string, Sale>): number {
  return MAX_ASKS * Math.max(...[...sales.values()].map(({ timeoutMs }) => timeoutMs)) + READING_MS
}

/** What a customer asks, and of whom where it says so. */
interface Asked {
  readonly request: unknown
  readonly miner?: string
}
