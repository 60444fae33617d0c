import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { pythonPeer } from './peers.js'

/** A Python process that answers one command after the other. */
export class Peer {
  readonly #process: ChildProcess
  readonly #answers: ((answer: PeerAnswer) => void)[] = []
  #errors = ''

  private constructor(name: 'sdk10' | 'sdk11') {
    const program = fileURLToPath(new URL(`./${name}.py`, import.meta.url))
    const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1', HOME: '/nonexistent' }
    this.#process = spawn(pythonPeer(name).python, [program], { stdio: 'pipe', env })
    this.#process.stderr?.on('data', (bytes: Buffer) => {
      this.#errors = `${this.#errors}${bytes}`.slice(-4_000)
    })
    const lines = createInterface({ input: this.#process.stdout as NodeJS.ReadableStream })
    lines.on('line', (line) => {
      // The SDK logs to the same place; its lines are no JSON.
      if (line.startsWith('{')) this.#answers.shift()?.(JSON.parse(line) as PeerAnswer)
    })
    this.#process.on('close', (code) => {
      for (const answer of this.#answers.splice(0))
        answer({ error: 'ended', message: `The peer ended with code ${code}. ${this.#errors}` })
    })
  }

  static async start(name: 'sdk10' | 'sdk11'): Promise<Peer> {
    const peer = new Peer(name)
    const { error, message } = await peer.#next()
    if (error !== undefined) throw new PeerError(`${error}: ${message}`)
    return peer
  }

  /** What the peer answers a command with. */
  async ask<Answer>(command: { readonly do: string } & Record<string, unknown>): Promise<Answer> {
    const answered = this.#next()
    this.#process.stdin?.write(`${JSON.stringify(command)}\n`)
    const { ok, error, message } = await answered
    if (error !== undefined) throw new PeerError(`${error}: ${message}`)
    return ok as Answer
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#process.once('close', resolve))
    this.#process.stdin?.end()
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), 5_000)
    await closed
    clearTimeout(timer)
  }

  #next(): Promise<PeerAnswer> {
    return new Promise((resolve) => this.#answers.push(resolve))
  }
}

interface PeerAnswer {
  readonly ready?: true
  readonly ok?: unknown
  readonly error?: string
  readonly message?: string
}

class PeerError extends Error {
  override readonly name = 'PeerError'
}
