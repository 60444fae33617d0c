import type { Worker } from 'node:worker_threads'
import { decryptTimelock, type Pulse } from '../../timelock/index.js'

/** A locked text, and what opens it. */
export interface LockedText {
  readonly container: Uint8Array
  readonly pulse: Pulse
}

/** What a thread is told. */
export interface TimelockOrder {
  readonly id: number
  readonly containers: readonly LockedText[]
}

/** What it answers. */
interface TimelockAnswer {
  readonly id: number
  readonly texts: readonly (Uint8Array | null)[]
}

interface Waiting {
  readonly order: TimelockOrder
  readonly resolve: (texts: readonly (Uint8Array | null)[]) => void
}

/** Node hands the modules out itself: an import would keep browsers from loading the chain. */
const nodeModule = <N extends 'node:worker_threads' | 'node:os'>(name: N) =>
  globalThis.process?.getBuiltinModule?.(name)

/** One text is about 12 ms of work: an order is answered within a tenth of a second, and messages cost nothing beside it. */
const ORDER_TEXTS = 8

/** More would wait for processors that validators and miners want too. */
const MOST_THREADS = 4

/**
 * Opens time locks on threads of its own, so that sockets go on being served meanwhile. Threads start with the first lock and keep no process
 * alive. Where there are none, as in a browser, the caller's thread does the work, an order at a time.
 *
 * Orders that a thread leaves behind when it dies are done by the caller's thread: the texts are the same wherever they are opened.
 *
 * PERF: about 12 ms for each text and thread.
 */
export class TimelockThreads {
  #threads: Promise<Worker[]> | undefined
  readonly #queue: Waiting[] = []
  readonly #busy = new Map<Worker, Waiting>()
  readonly #idle: Worker[] = []
  #nextId = 0

  /** Texts in the order of their locks; `null` where a lock cannot be opened by its pulse. */
  async open(locked: readonly LockedText[]): Promise<(Uint8Array | null)[]> {
    if (locked.length === 0) return []
    this.#threads ??= this.#start()
    await this.#threads
    const orders: Promise<readonly (Uint8Array | null)[]>[] = []
    for (let at = 0; at < locked.length; at += ORDER_TEXTS) {
      const order = { id: this.#nextId++, containers: locked.slice(at, at + ORDER_TEXTS) }
      orders.push(new Promise((resolve) => this.#queue.push({ order, resolve })))
    }
    this.#handOut()
    return (await Promise.all(orders)).flat()
  }

  /** Ends the threads. What waits is opened all the same. */
  async close(): Promise<void> {
    const threads = await this.#threads
    this.#threads = undefined
    await Promise.all((threads ?? []).map((thread) => thread.terminate()))
  }

  async #start(): Promise<Worker[]> {
    const threads = nodeModule('node:worker_threads')
    if (threads === undefined) return []
    const { workerProgram } = await import('./workerProgram.js')
    const count = Math.min(MOST_THREADS, nodeModule('node:os')?.availableParallelism() ?? 1)
    return Array.from({ length: count }, () => {
      const thread = new threads.Worker(workerProgram, { eval: true, execArgv: [] })
      thread.on('message', (answer: TimelockAnswer) => this.#answered(thread, answer))
      // It ends as well, and what it leaves is done here: a fault of the work itself is thrown from there.
      thread.on('error', () => {})
      thread.on('exit', () => this.#left(thread))
      thread.unref()
      this.#idle.push(thread)
      return thread
    })
  }

  #handOut(): void {
    while (this.#queue.length > 0) {
      const thread = this.#idle.pop()
      if (thread === undefined && this.#busy.size > 0) return
      const waiting = this.#queue.shift()
      if (waiting === undefined) return
      if (thread === undefined) {
        openHere(waiting)
        continue
      }
      // Whoever waits for a text must not be left by a process that ends.
      thread.ref()
      this.#busy.set(thread, waiting)
      thread.postMessage(waiting.order)
    }
  }

  #answered(thread: Worker, { id, texts }: TimelockAnswer): void {
    const waiting = this.#busy.get(thread)
    if (waiting?.order.id !== id) return
    this.#busy.delete(thread)
    thread.unref()
    this.#idle.push(thread)
    waiting.resolve(texts)
    this.#handOut()
  }

  #left(thread: Worker): void {
    const waiting = this.#busy.get(thread)
    this.#busy.delete(thread)
    const at = this.#idle.indexOf(thread)
    if (at >= 0) this.#idle.splice(at, 1)
    if (waiting !== undefined) openHere(waiting)
    this.#handOut()
  }
}

function openHere({ order, resolve }: Waiting): void {
  resolve(order.containers.map(({ container, pulse }) => decryptTimelock(container, pulse)))
}
