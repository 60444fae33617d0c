import { printableName } from '../../errors/index.js'

/** What the drivers of this machine answer when they are asked for an adapter. */
export interface DriverAnswer {
  readonly hasAdapter: boolean
  /** The first line that they wrote to standard error meanwhile, cut; empty when nothing. */
  readonly said: string
}

/** Drivers that have not answered by then are asked where everything else runs, as if there were no probe. */
const TIMEOUT_MS = 10_000
const MOST_CHARACTERS = 300

const PROGRAM = `import(process.argv[1])
  .then(({ create }) => create([]).requestAdapter())
  .then((adapter) => process.stdout.write(adapter === null ? 'none' : 'some', () => process.exit(0)))`

/**
 * Asks the drivers in a process of their own: Dawn and the loader of Vulkan write what they miss straight to standard error,
 * which no program can keep from its user.
 *
 * @param packageUrl - where the package `webgpu` lies.
 * @returns `undefined` where it cannot be found out like this: without Node, or when the process did not answer.
 * PERF: a few hundred milliseconds, the most of them in the drivers.
 */
export async function probeDrivers(packageUrl: string): Promise<DriverAnswer | undefined> {
  if (!canSpawn()) return undefined
  const { spawn } = globalThis.process.getBuiltinModule('node:child_process')
  return new Promise((resolve) => {
    const text = { out: '', err: '' }
    const child = spawn(globalThis.process.execPath, ['-e', PROGRAM, packageUrl], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: withoutDebugger(globalThis.process.env),
      timeout: TIMEOUT_MS,
      killSignal: 'SIGKILL',
    })
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      text.out += part
    })
    child.stderr.setEncoding('utf8').on('data', (part: string) => {
      if (text.err.length < MOST_CHARACTERS) text.err += part
    })
    child.on('error', () => resolve(undefined))
    child.on('close', () => {
      const [firstLine = ''] = text.err.trim().split(/\s*\n/)
      const said = printableName(firstLine, MOST_CHARACTERS)
      resolve(/^(?:none|some)$/.test(text.out) ? { hasAdapter: text.out === 'some', said } : undefined)
    })
  })
}

/** Whether this program is Node itself: of others `execPath` may be the program, and would start it anew. */
function canSpawn(): boolean {
  const { process } = globalThis
  const name = process?.execPath?.split(/[/\\]/).at(-1) ?? ''
  return (
    process?.release?.name === 'node' &&
    !('electron' in process.versions) &&
    /^node(?:js)?(?:\.exe)?$/i.test(name)
  )
}

/** A debugger of the program would have the probe wait for one as well. */
function withoutDebugger(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const options = env.NODE_OPTIONS?.replaceAll(/--inspect\S*/g, '')
  return options === undefined ? env : { ...env, NODE_OPTIONS: options }
}
