import { SeededRandom } from '../../math/index.js'
import type {
  CutFault,
  Fault,
  FaultCounters,
  FaultDirection,
  FaultScope,
  FrameFaultEntry,
  RestartFault,
} from './types.js'

/** A connection as faults know it. */
export interface LinkName {
  readonly dialler: string
  readonly listener: string
  /** Which dial of the dialler to the listener, from 0. */
  readonly connection: number
}

/** What becomes of a frame on its way. */
export interface Fate {
  /** What arrives, in order; nothing when the frame is lost. */
  readonly frames: readonly Uint8Array[]
  readonly delayMs: number
  /** How long its bytes keep the line. */
  readonly dripMs: number
}

/**
 * The faults in force, and chance. What chance decides is a function of seed, fault, connection, direction and the number of the frame:
 * neither other faults nor the order in which connections talk has a part in it, so that a list can be shortened.
 */
export class FaultPlan {
  readonly #random: SeededRandom
  readonly #counters: FaultCounters
  readonly #streams = new Map<string, SeededRandom>()
  #faults: readonly Fault[] = []
  /** Of each fault, what its chance is named by: its text, and which of those it is that say the same. */
  #names: readonly string[] = []

  constructor(seed: string, faults: readonly Fault[], counters: FaultCounters) {
    this.#random = new SeededRandom(seed)
    this.faults = faults
    this.#counters = counters
  }

  get faults(): readonly Fault[] {
    return this.#faults
  }

  set faults(faults: readonly Fault[]) {
    this.#faults = [...faults]
    const counts = new Map<string, number>()
    this.#names = faults.map((fault) => {
      const text = JSON.stringify(fault)
      const twins = counts.get(text) ?? 0
      counts.set(text, twins + 1)
      return twins === 0 ? text : `${text} ${twins}`
    })
  }

  get restarts(): readonly RestartFault[] {
    return this.#faults.filter((fault) => fault.kind === 'restart')
  }

  /** Decides about one frame; asked once for each that is sent. @param number - of those sent that way, from 0. */
  fateOf(frame: Uint8Array, number: number, link: LinkName, direction: FaultDirection, nowMs: number): Fate {
    let frames: Uint8Array[] = [frame]
    let delayMs = 0
    let dripMs = 0
    this.#counters.framesSent++
    for (const [fault, name] of this.#frameFaults(link, direction, nowMs)) {
      if (fault.kind === 'loss' && number < (fault.afterFrame ?? 0)) continue
      const random = (): SeededRandom => this.#streamOf(name, link, direction)
      if (fault.kind === 'delay') delayMs += fault.delayMs + (fault.jitterMs ?? 0) * random().float()
      else if (fault.kind === 'drip') dripMs += (1_000 * frame.length) / fault.bytesPerSecond
      else if (fault.kind !== 'silence' && random().float() < fault.chance) {
        if (fault.kind === 'loss') {
          this.#counters.framesLost += frames.length
          frames = []
        } else if (fault.kind === 'repeat') {
          this.#counters.framesRepeated += frames.length
          // A receiver may write into what it was handed.
          frames = frames.flatMap((one) => [one, Uint8Array.from(one)])
        } else if (frame.length > 0) {
          this.#counters.framesAltered++
          const bit = random().int(8 * frame.length)
          frames = frames.map((one) => withBitFlipped(one, bit))
        }
      }
    }
    return { frames, delayMs, dripMs }
  }

  /** How long a close or a dial is under way. */
  delayOf(link: LinkName, direction: FaultDirection, nowMs: number): number {
    let delayMs = 0
    for (const [fault, name] of this.#frameFaults(link, direction, nowMs)) {
      if (fault.kind !== 'delay') continue
      delayMs += fault.delayMs + (fault.jitterMs ?? 0) * this.#streamOf(name, link, direction).float()
    }
    return delayMs
  }

  /** Until when nothing gets through; `nowMs` when it does, Infinity when no end is known. */
  silentUntilMs(link: LinkName, direction: FaultDirection, nowMs: number): number {
    let untilMs = nowMs
    for (const [fault] of this.#frameFaults(link, direction, nowMs)) {
      if (fault.kind === 'silence') untilMs = Math.max(untilMs, fault.untilMs ?? Number.POSITIVE_INFINITY)
    }
    return untilMs
  }

  refuses(link: LinkName, nowMs: number): boolean {
    return this.#faults.some((fault) => fault.kind === 'refuse' && isInForce(fault, link, nowMs))
  }

  /** The cut that is due after so many frames have arrived. */
  cutAfter(link: LinkName, direction: FaultDirection, frames: number, nowMs: number): CutFault | undefined {
    for (const fault of this.#faults) {
      if (fault.kind !== 'cut' || fault.direction !== direction || fault.afterFrame !== frames) continue
      if (fault.connection !== undefined && fault.connection !== link.connection) continue
      if (isInForce(fault, link, nowMs)) return fault
    }
    return undefined
  }

  skewOf(peer: string): { offsetMs: number; ratePpm: number } {
    let offsetMs = 0
    let ratePpm = 0
    for (const fault of this.#faults) {
      if (fault.kind !== 'skew' || fault.peer !== peer) continue
      offsetMs += fault.offsetMs ?? 0
      ratePpm += fault.ratePpm ?? 0
    }
    return { offsetMs, ratePpm }
  }

  /** The connection is over: its streams are asked no more. */
  forget(link: LinkName): void {
    for (const key of this.#streams.keys()) if (key.endsWith(` ${keyOf(link)}`)) this.#streams.delete(key)
  }

  *#frameFaults(
    link: LinkName,
    direction: FaultDirection,
    nowMs: number,
  ): Generator<readonly [fault: FrameFaultEntry, name: string]> {
    for (const [index, fault] of this.#faults.entries()) {
      if (
        fault.kind === 'skew' ||
        fault.kind === 'restart' ||
        fault.kind === 'cut' ||
        fault.kind === 'refuse'
      )
        continue
      if (fault.direction !== undefined && fault.direction !== direction) continue
      if (isInForce(fault, link, nowMs)) yield [fault, this.#names[index] ?? '']
    }
  }

  #streamOf(name: string, link: LinkName, direction: FaultDirection): SeededRandom {
    const key = `${name} ${direction} ${keyOf(link)}`
    let stream = this.#streams.get(key)
    if (stream === undefined) {
      stream = this.#random.fork(key)
      this.#streams.set(key, stream)
    }
    return stream
  }
}

function keyOf({ dialler, listener, connection }: LinkName): string {
  return `${dialler}>${listener}#${connection}`
}

function isInForce(scope: FaultScope, link: LinkName, nowMs: number): boolean {
  const { dialler, listener, fromMs = 0, untilMs = Number.POSITIVE_INFINITY } = scope
  if (dialler !== undefined && dialler !== link.dialler) return false
  if (listener !== undefined && listener !== link.listener) return false
  return nowMs >= fromMs && nowMs < untilMs
}

function withBitFlipped(frame: Uint8Array, bit: number): Uint8Array {
  const copy = Uint8Array.from(frame)
  const at = bit >> 3
  copy[at] = (copy[at] ?? 0) ^ (1 << (bit & 7))
  return copy
}
