// Every bench of traffic runs in two processes. The second one is the same program, started with the part that it plays.
import { type ChildProcess, fork } from 'node:child_process'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { collectGarbage } from '../support/measure.js'
import { type Part, type PeerPlace, parts } from './parts.js'

const PART = '--part='

/** Shortest delay that the event loop's own timer tells apart. */
const DELAY_RESOLUTION_MS = 1

/** What a peer's process did while it was watched. */
export interface Watched {
  readonly cpuUs: number
  /** How late the event loop came to a timer, for the slowest hundredth. */
  readonly delayP99Us: number
  readonly delayMaxUs: number
}

type Order = 'watch' | 'report' | 'memory'

/** Another process, and what it is asked. */
export interface Peer {
  readonly place: PeerPlace
  /** From now on. */
  watch(): Promise<void>
  report(): Promise<Watched>
  /** Bytes held after a collection. */
  memory(): Promise<number>
  stop(): void
}

/** Plays a part when this process was started for it; it ends with the process that measures. */
export async function playsPart(): Promise<boolean> {
  const part = process.argv.find((arg) => arg.startsWith(PART))?.slice(PART.length) as Part | undefined
  if (part === undefined) return false
  process.on('disconnect', () => process.exit())
  const delays = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS })
  let since = process.cpuUsage()
  process.on('message', (order: Order) => {
    if (order === 'memory') {
      collectGarbage()
      const { heapUsed, external } = process.memoryUsage()
      process.send?.(heapUsed + external)
      return
    }
    if (order === 'watch') {
      delays.enable()
      delays.reset()
      since = process.cpuUsage()
      process.send?.(null)
      return
    }
    const { user, system } = process.cpuUsage(since)
    const lateUs = (ns: number): number => Math.max(0, Math.round(ns / 1_000 - 1_000 * DELAY_RESOLUTION_MS))
    const delayP99Us = lateUs(delays.percentile(99))
    process.send?.({ cpuUs: user + system, delayP99Us, delayMaxUs: lateUs(delays.max) })
    delays.disable()
  })
  process.send?.(await parts[part]())
  return true
}

/** Starts the process of a part. */
export async function startPeer(part: Part): Promise<Peer> {
  const program = fileURLToPath(import.meta.url)
  const child = fork(program, [`${PART}${part}`], { execArgv: ['--expose-gc'], serialization: 'advanced' })
  process.once('exit', () => child.kill())
  const place = await heardFrom<PeerPlace>(child)
  const ask = async <T>(order: Order): Promise<T> => {
    child.send(order)
    return await heardFrom<T>(child)
  }
  return {
    place,
    watch: () => ask('watch'),
    report: () => ask('report'),
    memory: () => ask('memory'),
    stop: () => child.disconnect(),
  }
}

function heardFrom<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null): void => reject(new Error(`The other process ended (${code}).`))
    child.once('exit', onExit)
    child.once('message', (message) => {
      child.off('exit', onExit)
      resolve(message as T)
    })
  })
}
