import type { Axon } from '../axon/index.js'
import type { Dendrite } from '../dendrite/index.js'
import type { MinerEvent, ValidatorEvent } from '../neuron/index.js'
import { Histogram } from './Histogram.js'
import { ROUND_BUCKETS_S } from './metricTable.js'
import type { Samples } from './Samples.js'
import { checkOf, type ReadinessCheck, type Source } from './Source.js'
import { Tally } from './Tally.js'

/** What is looked at of a `Miner` or a `Validator`, whatever its task and answer are. */
export interface WatchedNeuron<Event> {
  readonly isRunning: boolean
  readonly dendrite: Dendrite
  /** Newest block that it has seen. */
  readonly block: number | undefined
  /** How many blocks of its chain it has not seen yet. */
  blocksBehind(options: { readonly signal: AbortSignal }): Promise<number>
  observe(listener: (event: Event) => void): () => void
}

/** A miner, of which its axon is told too. */
export interface WatchedMiner extends WatchedNeuron<MinerEvent> {
  readonly axon: Axon
}

/** A validator, of which more is told. */
export interface WatchedValidator extends WatchedNeuron<ValidatorEvent> {
  readonly standings: ReadonlyMap<unknown, unknown>
  /** Set where it lets customers in, through an axon of its own. */
  readonly customers: { readonly axon: Axon } | undefined
}

interface NeuronOptions {
  readonly name: string
  readonly role: 'miner' | 'validator'
  readonly maxBlocksBehind: number
}

/** What a neuron of either role tells. */
export function neuronSource<Event extends { readonly type: string }>(
  neuron: Omit<WatchedNeuron<Event>, 'dendrite'>,
  { name, role, maxBlocksBehind }: NeuronOptions,
): Source {
  const types = new Tally()
  const off = neuron.observe(({ type }) => types.add(type))
  return {
    write(samples) {
      samples.add('subnetkit_neuron_running', { name, role }, neuron.isRunning ? 1 : 0)
      if (neuron.block !== undefined) samples.add('subnetkit_neuron_block', { name, role }, neuron.block)
      for (const [type, count] of types.entries())
        samples.add('subnetkit_neuron_events_total', { name, role, type }, count)
    },
    check: async (signal) => [
      checkOf(name, role, neuron.isRunning ? undefined : `The ${role} does not run.`),
      await followsCheck(neuron, { name, maxBlocksBehind, signal }),
    ],
    close: off,
  }
}

async function followsCheck(
  neuron: Pick<WatchedNeuron<never>, 'block' | 'blocksBehind'>,
  { name, maxBlocksBehind, signal }: { name: string; maxBlocksBehind: number; signal: AbortSignal },
): Promise<ReadinessCheck> {
  if (neuron.block === undefined) return checkOf(name, 'follows', 'It has seen no block yet.')
  const behind = await neuron.blocksBehind({ signal })
  const isFar = behind > maxBlocksBehind
  return checkOf(name, 'follows', isFar ? `It is ${behind} blocks behind its chain.` : undefined)
}

/** By which word an event is counted that tells of weights; `undefined` for all else. */
function outcomeOf(type: ValidatorEvent['type']): string | undefined {
  switch (type) {
    case 'weightsSet':
      return 'set'
    case 'weightsCommitted':
      return 'committed'
    case 'weightsRevealed':
      return 'revealed'
    case 'revealMissed':
      return 'missed'
    case 'weightsRefused':
      return 'refused'
    case 'weightsSkipped':
      return 'skipped'
    case 'weightsFailed':
    case 'revealFailed':
    case 'commitNotSaved':
      return 'failed'
    default:
      return undefined
  }
}

/** Rounds, answers and weights of a validator. */
export function validatorSource(name: string, validator: WatchedValidator): Source {
  const counts = new ValidatorCounts()
  const off = validator.observe((event) => counts.take(event))
  return {
    write(samples) {
      counts.write(samples, name)
      samples.add('subnetkit_validator_standings', { name }, validator.standings.size)
    },
    async check() {
      return []
    },
    close: off,
  }
}

class ValidatorCounts {
  readonly #rounds = new Tally()
  readonly #answers = new Tally()
  readonly #weights = new Tally()
  readonly #customerCalls = new Tally()
  readonly #customerBytes = new Tally()
  readonly #durations = new Histogram(ROUND_BUCKETS_S)
  #soldRowsDropped = 0
  #weightsBlock: number | undefined
  #standing: { readonly stakeAlpha: number; readonly hasPermit: boolean } | undefined

  take(event: ValidatorEvent): void {
    if (event.type === 'roundScored') this.#takeRound(event)
    if (event.type === 'roundFailed') this.#rounds.add('failed')
    if (event.type === 'soldRowsDropped') this.#soldRowsDropped += event.rows
    if (event.type === 'customerCall') {
      this.#customerCalls.add(event.status)
      this.#customerBytes.add('request', event.requestBytes)
      this.#customerBytes.add('answer', event.answerBytes)
    }
    const outcome = outcomeOf(event.type)
    if (outcome !== undefined) this.#weights.add(outcome)
    if (outcome === 'set' || outcome === 'committed' || outcome === 'revealed')
      this.#weightsBlock = 'block' in event ? event.block : undefined
  }

  write(samples: Samples, name: string): void {
    for (const [result, count] of this.#rounds.entries())
      samples.add('subnetkit_validator_rounds_total', { name, result }, count)
    for (const [status, count] of this.#answers.entries())
      samples.add('subnetkit_validator_answers_total', { name, status }, count)
    for (const [outcome, count] of this.#weights.entries())
      samples.add('subnetkit_validator_weights_total', { name, outcome }, count)
    for (const [status, count] of this.#customerCalls.entries())
      samples.add('subnetkit_validator_customer_calls_total', { name, status }, count)
    for (const [part, count] of this.#customerBytes.entries())
      samples.add('subnetkit_validator_customer_bytes_total', { name, part }, count)
    samples.add('subnetkit_validator_sold_rows_dropped_total', { name }, this.#soldRowsDropped)
    samples.histogram('subnetkit_validator_round_duration_seconds', { name }, this.#durations)
    if (this.#weightsBlock !== undefined)
      samples.add('subnetkit_validator_weights_block', { name }, this.#weightsBlock)
    if (this.#standing === undefined) return
    samples.add('subnetkit_validator_stake_alpha', { name }, this.#standing.stakeAlpha)
    samples.add('subnetkit_validator_permit', { name }, this.#standing.hasPermit ? 1 : 0)
  }

  #takeRound({
    statuses,
    elapsedMs,
    stakeAlpha,
    hasPermit,
  }: Extract<ValidatorEvent, { type: 'roundScored' }>): void {
    this.#rounds.add('scored')
    this.#durations.observe(elapsedMs / 1_000)
    for (const [status, count] of Object.entries(statuses)) this.#answers.add(status, count)
    // For a graph: a number holds some 16 digits of it.
    this.#standing = { stakeAlpha: Number(stakeAlpha) / 1e9, hasPermit }
  }
}
