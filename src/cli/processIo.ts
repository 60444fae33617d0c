import { writeSync } from 'node:fs'
import { systemClock } from '../clock/index.js'
import { secretAsker } from './askSecret.js'
import { bytesWithin } from './bytesWithin.js'
import type { CliIo } from './io.js'
import { OutputError } from './OutputError.js'
import { stopOnSignals } from './stopOnSignals.js'

const STDOUT = 1
const STDERR = 2
/** Between two tries of a pipe that takes nothing at the moment. */
const RETRY_MS = 5

/** The terminal, pipes and signals of this process. */
export function processIo(): CliIo {
  return {
    readInput: (maxBytes) => bytesWithin(process.stdin, { field: 'standard input', maxBytes }),
    askSecret: secretAsker(process.stdin, process.stderr),
    out: (text) => writeWhole(STDOUT, Buffer.from(text)),
    err: writeError,
    catchSignals: () => stopOnSignals(process, systemClock),
    isErrorTerminal: process.stderr.isTTY === true,
    env: process.env,
  }
}

/** Where standard error cannot be written there is nowhere left to say so. */
function writeError(text: string): void {
  try {
    writeWhole(STDERR, Buffer.from(text))
  } catch (error) {
    if (!(error instanceof OutputError)) throw error
  }
}

/** Written here and now, so that a failure is known before the next step is taken. */
function writeWhole(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(fd, bytes, at)
    } catch (cause) {
      if (!(cause instanceof Error && 'code' in cause && cause.code === 'EAGAIN'))
        throw new OutputError(cause)
      pause()
    }
  }
}

/** A pipe that another program made non-blocking is full: as with any other, wait for its reader. */
function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS)
}
