// Miners as processes that are killed and come back. Each is the same program, started with the number of its key and its port.
import { type ChildProcess, fork } from 'node:child_process'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Axon } from 'subnetkit/axon'
import { keyPairFromUri } from 'subnetkit/crypto'
import type { RouterTarget } from 'subnetkit/router'
import { defineSynapse } from 'subnetkit/synapse'
import { z } from 'zod'

const MINER = '--miner='
const PORT = '--port='

/** How long a miner works at an answer, at least and at most. */
const WORK_MS = [5, 25] as const

/** The square of a number, and who computed it. */
export const square = defineSynapse({
  name: 'square',
  request: z.number(),
  answer: z.object({ square: z.number(), miner: z.number() }),
  idempotent: true,
})

const argument = (name: string): string | undefined =>
  process.argv.find((arg) => arg.startsWith(name))?.slice(name.length)

const signerOf = (miner: number) => keyPairFromUri(`//Miner${miner}`)

/** Is a miner when this process was started for one; it ends with the process that measures, or by a signal. */
export async function isMiner(): Promise<boolean> {
  const miner = argument(MINER)
  if (miner === undefined) return false
  process.on('disconnect', () => process.exit())
  // Ctrl-C reaches the whole group: the parent decides.
  process.on('SIGINT', () => {})
  const axon = new Axon({ signer: signerOf(Number(miner)), port: Number(argument(PORT)) })
  axon.handle(square, async (value) => {
    const [least, most] = WORK_MS
    await wait(least + (value % (most - least)))
    return { square: value * value, miner: Number(miner) }
  })
  await axon.start()
  process.send?.(axon.address.port)
  return true
}

/** One miner, which may be dead. */
export class MinerProcess {
  readonly #number: number
  #port = 0
  #child: ChildProcess | undefined

  constructor(number: number) {
    this.#number = number
  }

  get target(): RouterTarget {
    return { hotkey: signerOf(this.#number).hotkey, host: '127.0.0.1', port: this.#port }
  }

  /** Starts it, at the same port as before. Resolves when it listens. */
  async start(): Promise<void> {
    const program = fileURLToPath(import.meta.url)
    const child = fork(program, [`${MINER}${this.#number}`, `${PORT}${this.#port}`])
    this.#child = child
    this.#port = await new Promise<number>((resolve, reject) => {
      child.once('message', (port) => resolve(port as number))
      child.once('exit', (code, signal) => reject(new Error(`A miner ended (${code ?? signal}).`)))
    })
  }

  /** Kills it with SIGKILL: it says goodbye to nobody. */
  kill(): void {
    this.#child?.kill('SIGKILL')
    this.#child = undefined
  }
}
