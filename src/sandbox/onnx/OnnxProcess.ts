import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { systemClock, type Timer } from '../../clock/index.js'
import { MissingPackageError } from '../../errors/index.js'
import { FrameReader, frameOf, type OnnxAnswer, type OnnxOrder } from './onnxFrames.js'

/** What Node and onnxruntime take of the memory that is limited, before a model is loaded, and twice that. */
const OWN_BYTES = 128 * 2 ** 20

/** How often the memory of a process that works is looked at where the system limits none. */
const WATCH_MS = 200

/** How a process came to its end before it answered. */
export type ProcessEnd = {
  readonly kind: 'ended'
  readonly reason: 'memory' | 'crashed'
  readonly detail: string
}

/** What a process is made of. */
export interface ProcessParts {
  /** The text of `child.ts`. */
  readonly program: string
  readonly runtimePath: string
  readonly memoryBytes: number
  /** More than this is no answer to what is asked. */
  readonly mostAnswerBytes: number
  /** The system that limits the memory, or does not. Default: this one. */
  readonly platform?: NodeJS.Platform
}

/** An answer with the bytes behind it. */
export type ProcessAnswer = {
  readonly kind: 'answer'
  readonly header: OnnxAnswer
  readonly body: Uint8Array
}

/**
 * A process of its own with onnxruntime in it, and a limit of memory: the system's own on Linux (`ulimit -d`, which Node and onnxruntime do not reserve
 * beforehand as they do addresses), elsewhere by looking at it. It has no environment, and a pipe each way.
 */
export class OnnxProcess {
  readonly #child: ChildProcess
  #resolve: ((end: ProcessAnswer | ProcessEnd) => void) | undefined
  #isOver = false
  #overMemory = false
  /** Undefined where the system sees to it. */
  readonly #watchedBytes: number | undefined
  #watch: Timer | undefined

  constructor({
    program,
    runtimePath,
    memoryBytes,
    mostAnswerBytes,
    platform = process.platform,
  }: ProcessParts) {
    const mostBytes = OWN_BYTES + memoryBytes
    this.#watchedBytes = platform === 'linux' ? undefined : mostBytes
    const kilobytes = Math.ceil(mostBytes / 1024)
    const node = [process.execPath, '-e', program, runtimePath]
    const [command = '', ...args] =
      platform === 'linux'
        ? ['/bin/sh', '-c', `ulimit -c 0; ulimit -d ${kilobytes} && exec "$@"`, 'sh', ...node]
        : node
    this.#child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'], env: {}, cwd: '/' })
    const reader = new FrameReader(mostAnswerBytes, (header, body) => {
      this.#settle({ kind: 'answer', header: header as OnnxAnswer, body })
    })
    this.#child.stdout?.on('data', (chunk: Uint8Array) => {
      try {
        reader.push(chunk)
      } catch {
        void this.end()
      }
    })
    // A pipe to a process that has ended: its end is told by itself.
    this.#child.stdin?.on('error', () => {})
    this.#child.on('error', (error) => this.#over(error.message))
    this.#child.on('close', (code, signal) => this.#over(`with ${signal ?? `code ${code}`}`))
    this.#rest()
  }

  get isOver(): boolean {
    return this.#isOver
  }

  /** One order at a time. */
  ask(order: OnnxOrder, body: readonly Uint8Array[]): Promise<ProcessAnswer | ProcessEnd> {
    if (this.#isOver)
      return Promise.resolve({ kind: 'ended', reason: 'crashed', detail: 'The process has ended.' })
    this.#child.ref()
    if (this.#watchedBytes !== undefined) this.#watchMemory(this.#watchedBytes)
    return new Promise((resolve) => {
      this.#resolve = resolve
      for (const bytes of frameOf(order, body)) this.#child.stdin?.write(bytes)
    })
  }

  /** Ends it wherever it is. */
  async end(): Promise<void> {
    if (this.#isOver) return
    const closed = new Promise((resolve) => this.#child.once('close', resolve))
    this.#child.kill('SIGKILL')
    await closed
  }

  #settle(end: ProcessAnswer | ProcessEnd): void {
    this.#watch?.cancel()
    this.#watch = undefined
    this.#rest()
    this.#resolve?.(end)
    this.#resolve = undefined
  }

  /** It keeps no process alive while it waits. */
  #rest(): void {
    this.#child.unref()
    for (const pipe of [this.#child.stdin, this.#child.stdout])
      (pipe as { unref?: () => void } | null)?.unref?.()
  }

  #over(how: string): void {
    this.#isOver = true
    const reason = this.#overMemory ? 'memory' : 'crashed'
    this.#settle({ kind: 'ended', reason, detail: `The process ended ${how}.` })
  }

  /** `ps` is where there is no limit; on Windows there is neither, and the bound that was computed has to do. */
  #watchMemory(mostBytes: number): void {
    this.#watch = systemClock.setTimer(() => {
      execFile('ps', ['-o', 'rss=', '-p', String(this.#child.pid)], (_, stdout) => {
        if (this.#watch === undefined) return
        if (Number.parseInt(stdout, 10) * 1024 > mostBytes) {
          this.#overMemory = true
          this.#child.kill('SIGKILL')
        } else this.#watchMemory(mostBytes)
      })
    }, WATCH_MS)
  }
}

/**
 * Where onnxruntime is.
 *
 * @throws MissingPackageError when it is not installed.
 */
export function runtimePath(
  resolve: (packageName: string) => string = createRequire(import.meta.url).resolve,
): string {
  try {
    return resolve('onnxruntime-node')
  } catch (cause) {
    throw new MissingPackageError({
      packageName: 'onnxruntime-node',
      neededFor: 'running ONNX artefacts',
      cause,
    })
  }
}
