import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { performance } from 'node:perf_hooks'
import { BaseError } from 'subnetkit/errors'
import { stderrLogger } from 'subnetkit/log'
import type { EpochFrame } from 'subnetkit/metagraph'
import { type ProcessEvent, ProcessNetwork, type ProcessSpec } from 'subnetkit/network'
import { renderReport } from 'subnetkit/report'
import { ListenError } from 'subnetkit/transport'
import { asHotkey, formatTao, valueRao } from 'subnetkit/units'
import { minerCast, type Run, validatorCast } from './cast.js'
import { decodeRound, Observations } from './observations.js'
import type { StartOptions } from './options.mjs'
import { type Earning, explainEarnings, type Participant } from './reasons.js'
import { reportOf } from './report.js'
import { COLORED, epochLine, LiveText, metagraphTable, PLAIN } from './table.js'
import { exampleFolder } from './weather.js'

/** Runs the network and returns the exit code: 0, 1 for a failure, 130 after Ctrl-C. */
export async function main(options: StartOptions): Promise<number> {
  const interrupted = new AbortController()
  let firstAtMs = 0
  const onSignal = (): void => {
    // A second Ctrl-C ends this process at once, and the children with it. One press arrives twice: npm hands it on.
    if (interrupted.signal.aborted && Date.now() - firstAtMs > SAME_PRESS_MS) process.exit(INTERRUPTED)
    if (!interrupted.signal.aborted) firstAtMs = Date.now()
    interrupted.abort()
  }
  for (const signal of SIGNALS) process.on(signal, onSignal)
  // Validators remember miners here, so that one that is started again goes on where it was.
  const stateFolder = mkdtempSync(join(tmpdir(), 'subnetkit-forecast-'))
  try {
    return await play({ ...options, stateFolder }, interrupted.signal)
  } catch (error) {
    if (interrupted.signal.aborted) return INTERRUPTED
    const option = error instanceof ListenError && error.address.port === options.port ? '--port: ' : ''
    console.error(error instanceof BaseError ? `\n${option}${error.message}` : error)
    return 1
  } finally {
    rmSync(stateFolder, { recursive: true, force: true })
    for (const signal of SIGNALS) process.off(signal, onSignal)
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const
const INTERRUPTED = 130
const SAME_PRESS_MS = 500

async function play(options: StartOptions & { stateFolder: string }, signal: AbortSignal): Promise<number> {
  const { seed, epochs, blockMs, stateFolder } = options
  const startedMs = performance.now()
  const stage = new Stage(options)
  console.log(
    `Forecasting Seattle's weather: ${stage.specs.length} neurons, each in its own process; ` +
      `${epochs} epochs of 10 blocks of ${blockMs} ms; seed ${JSON.stringify(seed)}.`,
  )
  await using network = await ProcessNetwork.start({
    neurons: stage.specs,
    stateFolder,
    seed,
    blockMs,
    port: options.port,
    // Flags of this process, such as --inspect, are not meant for eleven others.
    execArgv: [],
    logger: stderrLogger({ write: (line) => stage.say(line) }),
    onEvent: (event) => stage.onEvent(event),
  })
  if (signal.aborted) return INTERRUPTED
  console.log(`The chain's node listens on ${network.url}. Ctrl-C stops everything.\n`)
  stage.begin(network)
  const isWarmUp = warmUpFilter()
  const progress = showBlocks(network, stage, signal)
  for await (const frame of network.epochs({ signal })) {
    if (isWarmUp(frame)) continue
    stage.onFrame(frame)
    if (stage.frames.length === epochs) break
  }
  stage.end()
  if (signal.aborted) {
    console.log('\nStopping every process ...')
    return INTERRUPTED
  }
  await progress.stop()
  const seconds = (performance.now() - startedMs) / 1000
  const earnings = stage.conclude(seconds)
  const path = await writeReport(stage, earnings, { ...options, seconds })
  console.log(`\nReport: ${path}`)
  return 0
}

/** Epochs without pay that are waited through before the run counts anyway. */
const WARM_UP_EPOCHS = 3

/** Tells which epochs come before the run: up to a limit, those before any validator had set weights. */
function warmUpFilter(): (frame: EpochFrame) => boolean {
  let waited = 0
  let isOver = false
  return ({ metagraph }) => {
    isOver ||= metagraph.columns.incentiveU16.some((share) => share > 0) || waited++ === WARM_UP_EPOCHS
    return !isOver
  }
}

/** Redraws the table with every block. */
function showBlocks(network: ProcessNetwork, stage: Stage, signal: AbortSignal) {
  const ended = new AbortController()
  const either = AbortSignal.any([ended.signal, signal])
  const done = (async () => {
    for await (const { header } of network.chain.blocks({ signal: either })) stage.onBlock(header.number)
  })()
  return {
    stop: async (): Promise<void> => {
      ended.abort()
      await done
    },
  }
}

async function writeReport(
  stage: Stage,
  earnings: readonly Earning[],
  options: StartOptions & { seconds: number },
): Promise<string> {
  const { frames, observations } = stage
  const html = await renderReport(reportOf({ ...options, frames, observations, earnings }))
  const folder = join(exampleFolder(), '../../runs')
  mkdirSync(folder, { recursive: true })
  const path = join(folder, `forecast-seed-${options.seed.replace(/[^\w-]/g, '_').slice(0, 40)}.html`)
  writeFileSync(path, html)
  return relative(process.cwd(), path)
}

/** A validator whose process ends by itself is started again this often; miners that die stay dead. */
const VALIDATOR_RESTARTS = 3

/** What is shown while the network runs, and what is remembered of it. */
class Stage {
  readonly specs: readonly ProcessSpec[]
  readonly frames: EpochFrame[] = []
  readonly observations = new Observations()
  readonly #epochs: number
  readonly #live = new LiveText(process.stdout)
  readonly #style = this.#live.works && !process.env.NO_COLOR ? COLORED : PLAIN
  readonly #does = new Map<string, string>()
  #participants: readonly Participant[] = []
  #block = 0
  #isOn = false

  constructor(run: Run) {
    this.#epochs = run.epochs
    const module = join(exampleFolder(), '.build/neuron.mjs')
    const options: Run = { seed: run.seed, epochs: run.epochs }
    const miners = minerCast(run).map(({ spec, does }): ProcessSpec => {
      this.#does.set(spec.name, does)
      return { name: spec.name, role: 'miner', module, options }
    })
    const validators = validatorCast().map(({ spec, does }): ProcessSpec => {
      this.#does.set(spec.name, does)
      const { name, stakeRao } = spec
      const stake = stakeRao === undefined ? {} : { stakeRao }
      return { name, role: 'validator', module, options, restarts: VALIDATOR_RESTARTS, ...stake }
    })
    this.specs = [...miners, ...validators]
  }

  /** From here on, what happens counts. */
  begin({ neurons }: ProcessNetwork): void {
    this.#isOn = true
    this.#participants = neurons.map(({ name, role, hotkey }) => ({
      name,
      role,
      hotkey,
      does: this.#does.get(name) ?? '',
      copiesWeights: name === 'mirror',
    }))
  }

  /** From here on, processes that end are being stopped. */
  end(): void {
    this.#isOn = false
  }

  /** Says what a person should know, without a hole in the table. */
  say(line: string): void {
    this.#live.above(() => process.stderr.write(line))
    if (this.#isOn) this.#draw()
  }

  onEvent(event: ProcessEvent): void {
    if (!this.#isOn) return
    if (event.type === 'line') {
      const round = decodeRound(event.line)
      if (round !== null) this.observations.add(round, this.frames.length)
    } else if (event.type === 'ended' && !this.#live.works) {
      const how = event.signal ?? `code ${event.code}`
      console.log(
        `${event.neuron}: its process ended (${how})${event.restarts ? ', it is started again' : ''}`,
      )
    }
  }

  onBlock(block: number): void {
    this.#block = block
    this.#draw()
  }

  onFrame(counted: EpochFrame): void {
    // Epochs of the run are shown, from 1; the subnet counted some before.
    const frame = { ...counted, epoch: this.frames.length + 1 }
    this.frames.push(frame)
    this.#draw()
    if (!this.#live.works) {
      console.log(epochLine(frame, this.#participants, this.#epochs, this.frames.length))
    }
  }

  /** Prints the last table and one line per neuron: how much, and why. */
  conclude(seconds: number): Earning[] {
    const { frames, observations } = this
    this.#draw()
    this.#live.release()
    const { metagraph, priceBits } = frames.at(-1)!
    const owner: Participant = {
      name: 'owner',
      role: 'owner',
      hotkey: asHotkey(metagraph.columns.hotkey[metagraph.columns.ownerUid ?? 0]!),
      does: 'owns the subnet and gets its cut of every epoch',
    }
    const participants = [...this.#participants, owner]
    const earnings = explainEarnings({ participants, frames, observations })
    if (!this.#live.works)
      console.log(`\n${metagraphTable({ participants: this.#participants, frames }).join('\n')}`)
    console.log(
      `\n${frames.length} epochs in ${seconds.toFixed(0)} s; ${observations.distinctQuestions} different questions ` +
        `in ${observations.rounds} rounds. Who earned how much alpha, what it is worth now, and why:\n`,
    )
    for (const { name, earnedAlpha, reason } of sortedByPay(earnings)) {
      const worth = formatTao(valueRao(earnedAlpha, priceBits), 2).padStart(6)
      console.log(`${name.padEnd(12)}${formatTao(earnedAlpha, 3).padStart(8)} alpha =${worth} TAO  ${reason}`)
    }
    return earnings
  }

  #draw(): void {
    const { frames, observations } = this
    const done = Math.round((24 * frames.length) / this.#epochs)
    const bar = `${'━'.repeat(done)}${'╌'.repeat(24 - done)}`
    const facts = `block ${this.#block}, ${observations.distinctQuestions} questions asked`
    this.#live.draw([
      `${this.#style.bar(bar)} epoch ${frames.length}/${this.#epochs}, ${facts}`,
      '',
      ...metagraphTable({ participants: this.#participants, frames, style: this.#style }),
    ])
  }
}

const sortedByPay = (earnings: readonly Earning[]): Earning[] =>
  [...earnings].sort((a, b) => (a.earnedAlpha < b.earnedAlpha ? 1 : a.earnedAlpha > b.earnedAlpha ? -1 : 0))
