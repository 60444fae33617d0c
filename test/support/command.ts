import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The command line as one program made of the sources, as deep below the root as in the package. */
export const commandProgram: string = join(root, '.build/command/main.mjs')

/** Safe to call from several suites at a time: whoever runs the program runs a whole one. */
export async function buildCommand(): Promise<void> {
  const outfile = join(root, `.build/command/${randomUUID()}.mjs`)
  await build({
    entryPoints: [join(root, 'src/cli/main.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'es2022',
    packages: 'external',
    logLevel: 'warning',
  })
  await rename(outfile, commandProgram)
}

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** A process whose output is kept, and its end. */
export interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  readonly stdout: () => string
  readonly stderr: () => string
  /** Resolves once standard output holds the text, or the process has ended. */
  readonly shown: (text: string) => Promise<void>
}

export function startCommand(argv: readonly string[], options: SpawnOptions = {}): Running {
  const child = spawn(process.execPath, [commandProgram, ...argv], { stdio: 'pipe', ...options })
  const heard = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      heard[name] += text
    })
  }
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code, signal, ...heard }))
  })
  const shown = (text: string): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (heard.stdout.includes(text)) resolve()
      }
      child.stdout?.on('data', look)
      child.on('close', () => resolve())
      look()
    })
  return { child, ended, stdout: () => heard.stdout, stderr: () => heard.stderr, shown }
}
