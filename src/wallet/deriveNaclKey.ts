import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'
import {
  check,
  clock as clockCheck,
  func,
  optional,
  secret,
  shape,
  signal as signalCheck,
  text,
} from '../checks/index.js'
import { type Clock, onAbort, systemClock } from '../clock/index.js'
import { AbortedError, BaseError } from '../errors/index.js'

/** How far a slow key derivation is. */
export interface KeyDerivationProgress {
  readonly elapsedMs: number
  /** From 0 to 1: an estimate from a short measurement at the start, below 1 until the key is there. */
  readonly fraction: number
}

/** What every slow derivation takes. */
export interface KeyDerivationOptions {
  /** Called at the start, about five times a second, and at the end with fraction 1. */
  readonly onProgress?: (progress: KeyDerivationProgress) => void
  /** Ends the work at once; the promise rejects with `AbortedError`. */
  readonly signal?: AbortSignal
  /** Paces the progress calls; the system clock unless given. */
  readonly clock?: Clock
}

/** What each of these must be; other options stand beside them. */
export const derivationChecks = {
  onProgress: optional(func),
  signal: optional(signalCheck),
  clock: optional(clockCheck),
}

/** A password that can encrypt. */
const passwordCheck = secret(text({ min: 1 }))
const optionsShape = secret(shape<KeyDerivationOptions>(derivationChecks))

/** The thread that derives a key from a password failed, for want of memory as a rule. */
export class KeyDerivationError extends BaseError {
  override readonly name = 'KeyDerivationError'
  readonly code = 'KeyDerivation'

  constructor(details: { cause?: unknown }) {
    super('The key could not be derived from the password.', {
      hints: ['The derivation needs 512 MiB of free memory for some seconds.'],
      docsPath: 'errors#key-derivation',
      cause: details.cause,
    })
  }
}

/** Salt of every `$NACL` file. A weakness of the format: equal passwords give equal keys everywhere. */
const SALT = Uint8Array.from([
  0x13, 0x71, 0x83, 0xdf, 0xf1, 0x5a, 0x09, 0xbc, 0x9c, 0x90, 0xb5, 0x51, 0x87, 0x39, 0xe9, 0xb1,
])

const PASSES = 8
const MEMORY_KIB = 524_288
/** The measurement at the start: as many passes over a 64th of the memory, about 0.1 s. */
const SAMPLE_KIB = MEMORY_KIB / 64
const PROGRESS_PERIOD_MS = 200

type WorkerMessage =
  | { readonly kind: 'estimate'; readonly durationMs: number }
  | { readonly kind: 'key'; readonly key: Uint8Array }

/**
 * The worker's whole program. It is started from this text, not from a file, so that it runs the same from
 * TypeScript sources and from a bundle; the one module it loads comes as an absolute path in its data.
 */
const WORKER_PROGRAM = `
const { parentPort, workerData } = require('node:worker_threads')
const { argon2i } = require(workerData.hashModule)
const derive = (memorySize) =>
  argon2i({ ...workerData.parameters, memorySize, parallelism: 1, hashLength: 32, outputType: 'binary' })
const main = async () => {
  const start = performance.now()
  await derive(workerData.sampleKib)
  const factor = workerData.memoryKib / workerData.sampleKib
  parentPort.postMessage({ kind: 'estimate', durationMs: (performance.now() - start) * factor })
  parentPort.postMessage({ kind: 'key', key: await derive(workerData.memoryKib) })
}
main()
`

/**
 * The 32-byte key of a `$NACL` file: Argon2i 1.3 of the password, 8 passes over 512 MiB, in a thread of its own.
 *
 * @throws InvalidArgumentError for an empty password.
 * @throws AbortedError when `signal` is aborted; the thread is gone by then.
 * @throws KeyDerivationError when the thread fails.
 *
 * PERF: 5 to 8 s of one core and 512 MiB, whatever the password; the event loop stays free.
 */
export async function deriveNaclKey(
  password: string,
  options: KeyDerivationOptions = {},
): Promise<Uint8Array> {
  check('password', passwordCheck, password)
  check('options', optionsShape, options)
  const { signal, clock = systemClock } = options
  if (signal?.aborted) throw new AbortedError({ what: 'The key derivation', cause: signal.reason })
  return clock.hold(() => runWorker(new TextEncoder().encode(password), clock, options))
}

function runWorker(password: Uint8Array, clock: Clock, options: KeyDerivationOptions): Promise<Uint8Array> {
  const worker = new Worker(WORKER_PROGRAM, {
    eval: true,
    execArgv: [],
    workerData: {
      hashModule: createRequire(import.meta.url).resolve('hash-wasm'),
      parameters: { password, salt: SALT, iterations: PASSES },
      memoryKib: MEMORY_KIB,
      sampleKib: SAMPLE_KIB,
    },
  })
  const progress = startProgress(clock, options.onProgress)
  return new Promise<Uint8Array>((resolve, reject) => {
    let settled = false
    let unlisten: (() => void) | undefined
    const settle = (finish: () => void): void => {
      if (settled) return
      settled = true
      progress.stop()
      unlisten?.()
      // The outcome waits for the thread's end: half a gigabyte is free again once the caller goes on.
      worker.terminate().then(finish, finish)
    }
    const { signal } = options
    unlisten = signal && onAbort(signal, () => settle(() => reject(abortedBy(signal))))
    worker.on('message', (message: WorkerMessage) => {
      if (message.kind === 'estimate') progress.expect(message.durationMs)
      else
        settle(() => {
          resolve(new Uint8Array(message.key))
          progress.report(1)
        })
    })
    worker.on('error', (cause) => settle(() => reject(new KeyDerivationError({ cause }))))
    worker.on('exit', () => settle(() => reject(new KeyDerivationError({}))))
  })
}

function abortedBy(signal: AbortSignal | undefined): AbortedError {
  return new AbortedError({ what: 'The key derivation', cause: signal?.reason })
}

interface Progress {
  expect(durationMs: number): void
  report(fraction: number): void
  stop(): void
}

/** Reports from a timer of its own, so an error in the callback surfaces there and never stops the derivation. */
function startProgress(clock: Clock, onProgress: KeyDerivationOptions['onProgress']): Progress {
  if (onProgress === undefined) return { expect: () => {}, report: () => {}, stop: () => {} }
  const startedAt = clock.now()
  let expectedMs = Number.POSITIVE_INFINITY
  const report = (fraction: number): void => onProgress({ elapsedMs: clock.now() - startedAt, fraction })
  const tick = (): void => {
    timer = clock.setTimer(tick, PROGRESS_PERIOD_MS)
    report(Math.min((clock.now() - startedAt) / expectedMs, 0.99))
  }
  let timer = clock.setTimer(tick, 0)
  return {
    expect: (durationMs) => {
      expectedMs = durationMs
    },
    report,
    stop: () => timer.cancel(),
  }
}
