// What servers and clients of a soak say to each other, and how both make the same bytes of an id.
import { createHash } from 'node:crypto'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { defineStream, defineSynapse } from 'subnetkit/synapse'
import { z } from 'zod'

const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array)

/** Answers with bytes that follow from the id, as many as came. */
export const echo = defineSynapse({
  name: 'echo',
  request: z.object({ id: z.string(), bytes, digest: z.string() }),
  answer: z.object({ id: z.string(), bytes, digest: z.string() }),
})
/** Answers after a while, unless it is cancelled. */
export const slow = defineSynapse({
  name: 'slow',
  request: z.object({ id: z.string(), ms: z.number() }),
  answer: z.object({ id: z.string() }),
})
export const count = defineStream({
  name: 'count',
  request: z.object({ id: z.string(), chunks: z.number(), bytes: z.number() }),
  chunk: z.object({ id: z.string(), index: z.number(), bytes, digest: z.string() }),
})

export function digestOf(data: Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}

/** Bytes that are another's for every name. */
export function bytesOf(name: string, length: number): Uint8Array {
  const block = createHash('sha256').update(name).digest()
  const data = Buffer.alloc(length, block)
  // A view of its own: handed to a session it is taken over.
  return new Uint8Array(data.buffer, data.byteOffset, data.length)
}

/** A sum over answers that knows no order: both ends of a pair come to the same when nothing is lost, doubled or another's. */
export class AnswerSum {
  count = 0
  #sum = 0

  add(id: string, digest: string): void {
    this.count++
    this.#sum =
      (this.#sum + Number.parseInt(digestOf(Buffer.from(`${id} ${digest}`)).slice(0, 12), 16)) % 2 ** 48
  }

  get text(): string {
    return `${this.count} answers, ${this.#sum.toString(16).padStart(12, '0')}`
  }
}

/** How long a client waits for an answer and for a session, and a server for a handshake: cold processes shake hands with all at once. */
export const PATIENCE_MS = 15_000

/** Whose calls are added up on both ends: those of the client that is never killed, at the server that is never killed. */
export const STEADY = 0

/** What the parent of all processes asks them. */
export type Question = { readonly kind: 'sample' } | { readonly kind: 'finish' }

/** Memory of a process. */
export interface MemoryReport {
  /** What is left after collecting garbage, outside of the JavaScript heap included. */
  readonly heapBytes: number
  readonly rssBytes: number
  /** By how much its timers were late at most since the last sample, which itself makes them late by a little: how busy the machine is. */
  readonly lateMs: number
}

/** What a server says to its parent. */
export type ServerReport =
  | { readonly kind: 'ready'; readonly port: number; readonly hotkey: string }
  | (MemoryReport & {
      readonly kind: 'sample'
      readonly handled: number
      /** Ids that came twice. */
      readonly doubled: number
      /** Requests whose bytes were others than their digest says. */
      readonly wrong: number
      readonly connections: number
      readonly steady: string
    })

/** How one call ended that ended otherwise than it should have, were nobody killed. */
export interface Failure {
  readonly id: string
  readonly kind: string
  readonly server: number
  readonly status: string
  readonly reason: string
  readonly fromMs: number
  readonly toMs: number
}

/** What a client says to its parent. */
export type ClientReport =
  | { readonly kind: 'ready' }
  | { readonly kind: 'failure'; readonly failure: Failure }
  | { readonly kind: 'wrong'; readonly what: string }
  | (MemoryReport & {
      readonly kind: 'sample'
      readonly ended: { readonly [what: string]: number }
      readonly inFlight: number
      readonly steady: string
    })

export function tell(report: ServerReport | ClientReport, then?: () => void): void {
  process.send?.(report, () => then?.())
}

const delay = monitorEventLoopDelay({ resolution: 20 })
delay.enable()

/** Collects garbage, which takes `--expose-gc`, and looks what is left. */
export function memoryNow(): MemoryReport {
  const lateMs = Math.round(delay.max / 1e6)
  const { gc } = globalThis as unknown as { gc: () => void }
  gc()
  // What finalizers of the first collection freed is gone after the second.
  gc()
  const { heapUsed, external, rss } = process.memoryUsage()
  delay.reset()
  return { heapBytes: heapUsed + external, rssBytes: rss, lateMs }
}

/** Ends with its parent, also when that is killed. */
export function endWithParent(): void {
  process.on('disconnect', () => process.exit(0))
  // Ctrl-C reaches the whole group: the parent decides.
  process.on('SIGINT', () => {})
}
