import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { z } from 'zod'
import type { ChainProcessConfig } from './chainProcess.js'
import { programOf } from './programs.js'

/** A chain in another process. */
export interface StartedChain extends AsyncDisposable {
  /** Where its node listens. */
  readonly url: string
  readonly pid: number | undefined
}

const readySchema = z.object({ url: z.string() })

/** Starts a chain and its node in a process of their own, which ends with this one. */
export async function startChain(config: ChainProcessConfig): Promise<StartedChain> {
  using program = await programOf('examples/support/chainProcess.ts')
  const child = fork(program.module, [], {
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  try {
    child.send(config)
    const { url } = readySchema.parse(await firstMessage(child))
    return { url, pid: child.pid, [Symbol.asyncDispose]: () => ended(child) }
  } catch (error) {
    await ended(child)
    throw error
  }
}

function firstMessage(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    child.once('message', resolve)
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`The process of the chain ended with code ${code}.`)))
  })
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill()
  await exit
}
