import { constants } from 'node:os'
import { type Clock, systemClock } from '../clock/index.js'
import { AbortedError } from '../errors/index.js'
import type { FileLock } from '../files/index.js'
import { loadCharts } from '../report/index.js'
import { eachFrame, FrameFileError, Simulation, type SimulationProgress } from '../simulation/index.js'
import { FrameOutput } from './FrameOutput.js'
import type { CliIo } from './io.js'
import { OutputError } from './OutputError.js'
import { shown } from './openRefusal.js'
import { describeOptions, parseOptions } from './options.js'
import { SavePace } from './SavePace.js'
import { grouped, SimulateProgress } from './SimulateProgress.js'
import { SimulateStory } from './SimulateStory.js'
import { lockRun } from './simulateFiles.js'
import {
  DAY_BLOCKS,
  POLICIES,
  type PolicyName,
  type SimulateSettings,
  simulateOptions,
  simulateSettings,
} from './simulateOptions.js'
import { checkChart, simulatePage, writeChart } from './simulatePage.js'
import { dropRun, loadRun, saveRun } from './simulateState.js'
import { count, simulateIntroduction, simulateJson, simulateSummary } from './simulateSummary.js'
import { UsageError } from './UsageError.js'
import { untilReaderGone } from './untilReaderGone.js'

const HELP = `subnetkit simulate: run the ledger of a whole network, thousands of times faster than real time

Usage: subnetkit simulate [options]

Subnets with owners, validators and miners, who set weights, are paid and trade by a simple model on the chain's real rules. Prints prices,
shares of the new TAO and who was paid; docs/simulate.md explains the model and the files. A frame is what every subnet was like at one block.

Examples:
  subnetkit simulate
  subnetkit simulate --blocks 216000 --out month.arrows --chart month.html
  subnetkit simulate --resume month.arrows --blocks 432000

Options, in brackets what holds without one:
${describeOptions(simulateOptions)}
Cost, in processor time of one core: a day of the defaults takes a quarter of a second. A year of one subnet of 64 validators and 191 miners
takes 42 seconds, and 103 with new weights every tempo; a day of 128 such subnets 13 seconds with founding them.

Ctrl-C ends it after the block that is being made and keeps what was computed: the frames are in FILE.arrows, and --resume FILE.arrows goes on
from that block, to the same bytes as without an interruption. A second Ctrl-C ends it at once; then, and after a crash, --resume goes on from
the last save, some seconds before.
Exit codes: 0 done, 1 failed, 2 bad arguments or input; 130 stopped by Ctrl-C, 143 by SIGTERM, 129 by SIGHUP (its terminal went).
`

/** Runs `subnetkit simulate`. @param loadsCharts - loads what draws a page. */
export async function simulateCommand(
  argv: readonly string[],
  io: CliIo,
  loadsCharts = loadCharts,
): Promise<number> {
  const parsed = parseOptions(argv, simulateOptions, 0)
  if (parsed.flag('help')) {
    io.out(HELP)
    return 0
  }
  const settings = simulateSettings(parsed)
  // Before the work as well: a run of hours would end in it.
  if (settings.chart !== undefined) await checkChart(settings.chart, loadsCharts)
  const stop = io.catchSignals()
  const run =
    settings.resume === undefined ? await begun(settings, io, stop) : await resumed(settings.resume, settings)
  if (run === null) return codeOf(stop)
  try {
    return await new Running(run, settings, io, stop).toEnd()
  } finally {
    run.output?.close()
    await run.lock?.release()
  }
}

interface Run {
  readonly simulation: Simulation
  readonly output: FrameOutput | undefined
  /** While it is held, no other process takes the run up. */
  readonly lock: FileLock | undefined
  readonly story: SimulateStory
  readonly policy: PolicyName
  /** The block to come to. */
  readonly blocks: number
  /** Of what lies beside its frames; `undefined` where nothing does. */
  readonly savedBlock: number | undefined
}

/** A run that begins; `null` where it was stopped before it did. */
async function begun(
  { options, policy, blocks, out, quiet }: SimulateSettings,
  io: CliIo,
  stop: AbortSignal,
): Promise<Run | null> {
  const progress = quiet ? undefined : new SimulateProgress(io, 0)
  // Before the work: a place that cannot be written is better known at once.
  const output = out === undefined ? undefined : FrameOutput.create(out, factsOf({ ...options, policy }))
  let lock: FileLock | undefined
  try {
    if (output?.isResumable === true) lock = await lockRun('--out', output.path)
    // What another run of this name left is none of this one's.
    if (output !== undefined) dropRun(output.path)
    const simulation = await Simulation.start(
      { ...options, ...POLICIES[policy] },
      { signal: stop, onProgress: (done) => progress?.show(done) },
    )
    const story = new SimulateStory()
    return { simulation, output, lock, policy, story, blocks: blocks ?? DAY_BLOCKS, savedBlock: undefined }
  } catch (error) {
    output?.discard()
    await lock?.release()
    if (!(error instanceof AbortedError && stop.aborted)) throw error
    io.err('Stopped before the network was founded.\n')
    return null
  } finally {
    progress?.end()
  }
}

/** A run that was left before its end. @throws UsageError where there is none, another process has it, or nothing is left to do. */
async function resumed(path: string, settings: SimulateSettings): Promise<Run> {
  const lock = await lockRun('--resume', path)
  try {
    return { ...reopened(path, settings), lock }
  } catch (error) {
    await lock.release()
    throw error
  }
}

function reopened(path: string, settings: SimulateSettings): Omit<Run, 'lock'> {
  const { simulation, policy, written, ...left } = loadRun(path)
  const blocks = settings.blocks ?? left.blocks
  const { block } = simulation
  // One whose chart could not be written may have come to its end.
  if (blocks < block || (blocks === block && settings.chart === undefined)) {
    const further = left.blocks > block ? `, or leave it out to go on to block ${grouped(left.blocks)}` : ''
    const problem = `the run has ${count(block, 'block')} already; pass more${further}`
    throw new UsageError({ field: '--blocks', problem })
  }
  const output = FrameOutput.reopen(path, written)
  const story = new SimulateStory()
  try {
    for (const frame of eachFrame(output.source())) story.add(frame)
  } catch (cause) {
    output.close()
    if (!(cause instanceof FrameFileError)) throw cause
    throw new UsageError({ field: '--resume', problem: `${shown(path)}: ${cause.shortMessage}`, cause })
  }
  return { simulation, output, policy, story, blocks, savedBlock: block }
}

/** A run on its way to its end. */
class Running {
  readonly #run: Run
  readonly #settings: SimulateSettings
  readonly #io: CliIo
  readonly #beforeWork: CliIo
  readonly #stop: AbortSignal
  readonly #clock: Pick<Clock, 'now'> = systemClock
  readonly #progress: SimulateProgress
  readonly #savePace = new SavePace()
  #savedBlock: number | undefined

  constructor(run: Run, settings: SimulateSettings, io: CliIo, stop: AbortSignal) {
    this.#run = run
    this.#settings = settings
    this.#io = untilReaderGone(io)
    // With files to make, nobody needs to watch; without any, nothing would come of the work.
    const hasFiles = run.output !== undefined || settings.chart !== undefined
    this.#beforeWork = hasFiles ? this.#io : io
    this.#stop = stop
    this.#savedBlock = run.savedBlock
    this.#progress = new SimulateProgress(io, run.simulation.block)
  }

  /** @returns the exit code. @throws OutputError, when what was computed is told and kept as far as it can be. */
  async toEnd(): Promise<number> {
    const { simulation, blocks, policy, story } = this.#run
    const { json, quiet } = this.#settings
    const before = simulation.block
    this.#begin()
    if (!quiet && !json) this.#beforeWork.out(`${simulateIntroduction(simulation, policy)}\n`)
    const { isWhole, failure } = await this.#work()
    const made = simulation.block - before
    const result = { simulation, story, policy, made, seconds: this.#progress.seconds, blocks }
    this.#io.out(json ? simulateJson(result) : simulateSummary(result))
    if (!json) this.#tellFiles(isWhole, failure)
    if (failure !== undefined) this.#tellWayOn()
    if (failure !== undefined) throw failure
    await this.#draw(isWhole)
    return isWhole ? 0 : codeOf(this.#stop)
  }

  /** Founding is not done again, nor what was made before it was taken up: whatever ends the process, it goes on from here. */
  #begin(): void {
    const { output } = this.#run
    try {
      this.#save()
    } catch (error) {
      // Nobody could go on with it, and it would be in the way.
      if (this.#savedBlock === undefined) output?.discard()
      throw error
    }
  }

  async #work(): Promise<{ readonly isWhole: boolean; readonly failure?: OutputError }> {
    try {
      const isWhole = await this.#runBlocks()
      if (!isWhole) this.#save()
      return { isWhole }
    } catch (failure) {
      if (!(failure instanceof OutputError)) throw failure
      return { isWhole: false, failure }
    }
  }

  /** @returns whether all blocks were made. */
  async #runBlocks(): Promise<boolean> {
    const { simulation, blocks, output, story } = this.#run
    const stretch = {
      blocks: blocks - simulation.block,
      signal: this.#stop,
      onProgress: (done: SimulationProgress) => {
        if (!this.#settings.quiet) this.#progress.show(done)
        // All frames up to this block are written: the next block is made when this returns.
        if (this.#savePace.isDue(this.#clock.now())) this.#save()
      },
    }
    try {
      for await (const frame of simulation.run(stretch)) {
        output?.add(frame)
        story.add(frame)
      }
      return true
    } catch (error) {
      if (!(error instanceof AbortedError && this.#stop.aborted)) throw error
      return false
    } finally {
      this.#progress.end()
    }
  }

  #save(): void {
    const { simulation, output, policy, blocks } = this.#run
    if (output?.isResumable !== true) return
    const beganMs = this.#clock.now()
    output.sync()
    saveRun(output.path, { simulation, blocks, policy, written: output.written })
    this.#savedBlock = simulation.block
    this.#savePace.saved(beganMs, this.#clock.now())
  }

  /** Draws the chart, if one was asked for; a run that has come to its end, and is drawn, is not resumed. */
  async #draw(isWhole: boolean): Promise<void> {
    const { chart, json } = this.#settings
    const { simulation, story, policy, output } = this.#run
    if (chart !== undefined && story.last === undefined)
      this.#io.err('No frame was reached: there is nothing to draw.\n')
    else if (chart !== undefined) {
      const html = await simulatePage(simulation, story, policy)
      try {
        writeChart(chart, html)
      } catch (failure) {
        if (this.#savedBlock !== undefined && output !== undefined)
          this.#io.err(
            `Draw it with: subnetkit simulate --resume ${shown(output.path)} --chart ${shown(chart)}\n`,
          )
        throw failure
      }
      if (!json) this.#io.out(`Chart: ${shown(chart)}\n`)
    }
    if (isWhole && output !== undefined) dropRun(output.path)
  }

  #tellFiles(isWhole: boolean, failure: OutputError | undefined): void {
    const { output, story } = this.#run
    if (output === undefined) return
    const path = shown(output.path)
    this.#io.out(`${count(story.count, 'frame')} ${story.count === 1 ? 'is' : 'are'} in ${path}.\n`)
    const canGoOn = !isWhole && failure === undefined && output.isResumable
    if (canGoOn) this.#io.out(`Go on with: subnetkit simulate --resume ${path}\n`)
  }

  /** After a file could not be written. */
  #tellWayOn(): void {
    const { output } = this.#run
    if (output === undefined) return
    const path = shown(output.path)
    this.#io.err(
      this.#savedBlock === undefined
        ? `The frames in ${path} are whole, and the run cannot go on: of a .csv file none can.\n`
        : `Once that is mended, go on from block ${grouped(this.#savedBlock)} with: subnetkit simulate --resume ${path}\n`,
    )
  }
}

/** What the file of frames says of the run. */
function factsOf(options: object): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(options).flatMap(([name, value]): [string, string][] =>
      typeof value === 'object'
        ? Object.entries(value).map(([part, one]) => [`${name}.${part}`, String(one)])
        : [[name, String(value)]],
    ),
  )
}

/** As of a program that the signal ended. */
function codeOf({ reason }: AbortSignal): number {
  const known: Readonly<Record<string, number>> = constants.signals
  return (
    128 +
    (typeof reason === 'string' ? (known[reason] ?? constants.signals.SIGINT) : constants.signals.SIGINT)
  )
}
