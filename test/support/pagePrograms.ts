import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { build } from 'esbuild'
import { root, type SourceFile } from '../house/sources.js'
import { commandProgram } from './command.js'
import { type CommandStep, notPrinted, stepsOf } from './pageSteps.js'

/** How long a program may take to end, or one that serves until it has said what the page shows. */
const PROGRAM_MS = 25_000

/** Commands of a page that are run: those of files that it holds, and those that serve. */
const programsOf = ({ text }: SourceFile): CommandStep[] => {
  const steps = stepsOf(text)
  const files = new Set(steps.flatMap((step) => (step.kind === 'file' ? [step.path] : [])))
  return steps.filter((step): step is CommandStep => {
    if (step.kind !== 'command') return false
    return step.serves || files.has(step.command.replace(/^npx tsx /, ''))
  })
}

/** Whether a page begins with a program that its reader can run. */
export function beginsWithProgram(page: SourceFile): boolean {
  const [, first] = /^```ts([^\n]*)$/m.exec(page.text) ?? []
  return first !== undefined && first !== '' && programsOf(page).length > 0
}

/**
 * Runs the programs of a page as its reader would, each in the page's empty folder, with `subnetkit` meaning the sources: in the order of the
 * page, those that serve beside the later ones. Ports are replaced by free ones.
 *
 * @returns what went wrong: nothing when each ended well and printed what the page shows.
 */
export async function runPage(page: SourceFile, programMs: number = PROGRAM_MS): Promise<string[]> {
  const { text, ports } = await withFreePorts(page.text)
  const programs = programsOf({ ...page, text })
  // Inside the project, so that packages are found from there; what runs there runs in an empty folder.
  await mkdir(join(root, '.build/pages'), { recursive: true })
  const sources = await mkdtemp(join(root, '.build/pages/page-'))
  const folder = await mkdtemp(join(tmpdir(), 'subnetkit-page-'))
  const serving: Program[] = []
  const wrong: string[] = []
  try {
    for (const step of stepsOf(text))
      if (step.kind === 'file') await writeFile(join(sources, step.path), step.text)
    await bundled(sources, programs)
    for (const { command, shown, serves } of programs) {
      if (serves && shown.trim() === '') {
        wrong.push(`${page.path} \`${command}\` does not show what it prints once it serves`)
        break
      }
      const program = new Program(argumentsOf(command, sources, ports), folder)
      if (serves) serving.push(program)
      const complaint = await (serves
        ? program.untilShown(shown, programMs)
        : program.toEnd(shown, programMs))
      if (complaint === undefined) continue
      wrong.push(`${page.path} \`${command}\` ${complaint}\n${program.output}`)
      break
    }
  } finally {
    await Promise.all(serving.map((program) => program.stop()))
    await Promise.all([sources, folder].map((path) => rm(path, { recursive: true, force: true })))
  }
  return wrong
}

function argumentsOf(command: string, sources: string, ports: ReadonlyMap<string, number>): string[] {
  const [, program = '', ...rest] = command.split(' ')
  if (program === 'tsx')
    return ['--enable-source-maps', join(sources, 'run', rest[0]!.replace(/\.ts$/, '.mjs'))]
  const port = ports.get('9944')
  return [
    commandProgram,
    ...rest,
    ...(rest.includes('--port') || port === undefined ? [] : ['--port', `${port}`]),
  ]
}

async function bundled(sources: string, programs: readonly CommandStep[]): Promise<void> {
  const files = programs.flatMap(({ command }) => /^npx tsx (\S+)$/.exec(command)?.[1] ?? [])
  await build({
    entryPoints: files.map((file) => join(sources, file)),
    outdir: join(sources, 'run'),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'es2022',
    packages: 'external',
    alias: { subnetkit: join(root, 'src') },
    sourcemap: 'inline',
    logLevel: 'silent',
  })
}

/** A page with free ports in place of those it names. */
async function withFreePorts(text: string): Promise<{ text: string; ports: ReadonlyMap<string, number> }> {
  const named = [...text.matchAll(/(?:\bport: |\bport === |:\/\/127\.0\.0\.1:)(\d{4,5})\b/g)].map(
    ([, port]) => port!,
  )
  const ports = new Map<string, number>()
  for (const port of new Set(named)) ports.set(port, await freePort())
  const replaced = text.replaceAll(/\b\d{4,5}\b/g, (number) => `${ports.get(number) ?? number}`)
  return { text: replaced, ports }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** A process and what it has printed. */
class Program {
  output = ''
  readonly #child: ChildProcess
  readonly #ended: Promise<number | null>
  #listeners: (() => void)[] = []

  constructor(argv: readonly string[], cwd: string) {
    const env = { ...process.env, NO_COLOR: '1' }
    for (const name of Object.keys(env))
      if (/^(VITEST|NODE_(OPTIONS|ENV|V8_COVERAGE)$|FORCE_COLOR$)/.test(name)) delete env[name as never]
    this.#child = spawn(process.execPath, argv, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text
        for (const listener of this.#listeners) listener()
      })
    }
    this.#ended = new Promise((resolve) => this.#child.on('close', resolve))
  }

  /** What is wrong with how it ended; one that does not end in time is ended. */
  async toEnd(shown: string, withinMs: number): Promise<string | undefined> {
    const code = await this.#within(this.#ended, withinMs)
    if (code === 'late') {
      this.#child.kill('SIGKILL')
      await this.#ended
      return `did not end within ${withinMs} ms`
    }
    if (code !== 0) return `ended with ${code}`
    return missing(shown, this.output)
  }

  /** What is wrong when it does not print what is shown, or ends. */
  async untilShown(shown: string, withinMs: number): Promise<string | undefined> {
    const isShown = new Promise<'shown'>((resolve) => {
      const look = (): void => {
        if (notPrinted(shown, this.output).length === 0) resolve('shown')
      }
      this.#listeners.push(look)
      look()
    })
    const what = await this.#within(Promise.race([isShown, this.#ended]), withinMs)
    this.#listeners = []
    if (what === 'shown') return undefined
    return what === 'late' ? missing(shown, this.output) : `ended with ${what}, and is to serve`
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGTERM')
    if ((await this.#within(this.#ended, 5_000)) === 'late') this.#child.kill('SIGKILL')
    await this.#ended
  }

  async #within<T>(work: Promise<T>, ms: number): Promise<T | 'late'> {
    const isOver = new AbortController()
    const late = delay(ms, 'late' as const, { signal: isOver.signal }).catch(() => 'late' as const)
    try {
      return await Promise.race([work, late])
    } finally {
      isOver.abort()
    }
  }
}

function missing(shown: string, output: string): string | undefined {
  const lines = notPrinted(shown, output)
  return lines.length === 0 ? undefined : `did not print ${JSON.stringify(lines)}`
}
