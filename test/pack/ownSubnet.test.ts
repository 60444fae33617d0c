import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, type TestContext } from 'vitest'
import { WebSocket } from 'ws'
import { ensureBuilt } from '../../scripts/setUp.mjs'
import { notPrinted, stepsOf } from '../support/pageSteps.js'
import { testNeeding } from '../support/requirement.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly devDependencies: Readonly<Record<string, string>>
}

/** What the page installs by name is installed here in versions that do not change. */
const versions: Readonly<Record<string, string>> = {
  ...devDependencies,
  tsx: '4.23.15',
  typescript: devDependencies['typescript-7']!.replace(/^npm:.*@/, ''),
}

const page = readFileSync(join(root, 'docs/your-own-subnet.md'), 'utf8')
const steps = stepsOf(page)
const commands = steps.flatMap((step) => (step.kind === 'command' ? [step.command] : []))

/** Why nothing could be installed here, when the package registry cannot be reached. */
const registry: { missing: string | undefined } = { missing: undefined }
const test = (
  title: string,
  body: (context: TestContext) => Promise<void> | void,
  timeoutMs?: number,
): void => testNeeding(registry, title, body, timeoutMs)

interface Ended {
  readonly code: number | null
  readonly output: string
}

let folder: string
/** What each command of the page printed. */
const printed = new Map<string, Ended>()

/** Does what the page says, from top to bottom, in an empty folder beside the packed tarball. */
beforeAll(async () => {
  expect(ensureBuilt()).toBe(true)
  const parent = mkdtempSync(join(tmpdir(), 'subnetkit-own-'))
  folder = join(parent, 'my-subnet')
  mkdirSync(folder)
  const pack = `npm pack --ignore-scripts --silent --pack-destination ${JSON.stringify(parent)}`
  expect(await shell(pack, root)).toMatchObject({ code: 0 })
  for (const step of steps) {
    if (step.kind === 'file') {
      mkdirSync(dirname(join(folder, step.path)), { recursive: true })
      writeFileSync(join(folder, step.path), step.text)
    } else {
      const ended = step.command.includes('--inspect-brk')
        ? await debugged(step.command)
        : await shell(pinned(step.command), folder)
      printed.set(step.command, ended)
      const unreachable = /code (ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENOTCACHED)/.exec(
        ended.output,
      )?.[1]
      if (step.command.startsWith('npm install') && unreachable !== undefined) {
        registry.missing = `the package registry cannot be reached (${unreachable})`
        return
      }
      // What comes after would fail for this reason only.
      if (ended.code !== 0) return
    }
  }
}, 700_000)

// Thousands of small files: a busy disk takes its time.
afterAll(() => rmSync(dirname(folder), { recursive: true, force: true }), 120_000)

function pinned(command: string): string {
  if (!command.startsWith('npm install')) return command
  const words = command.split(' ').map((word) => (word in versions ? `${word}@${versions[word]}` : word))
  return `${words.join(' ')} --prefer-offline --no-audit --no-fund`
}

function shell(command: string, cwd: string): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(command, {
      cwd,
      shell: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: plainEnvironment(),
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
      })
    }
    child.on('close', (code) => resolve({ code, output }))
  })
}

/** As in a person's shell: of what the test runner and npm tell their children, only how to reach the registry. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const reach = /^npm_config_(.*registry|.*proxy|cache|ca|cafile|strict_ssl|userconfig)$/i
  const told = /^(npm_|VITEST|NODE_(OPTIONS|ENV|PATH|V8_COVERAGE)$|CI$|TEST$|DEV$|PROD$|MODE$|FORCE_COLOR$)/i
  const entries = Object.entries(process.env).filter(([name]) => reach.test(name) || !told.test(name))
  return { ...Object.fromEntries(entries), NO_COLOR: '1' }
}

/** Runs a program that waits for a debugger: lets it go on, and notes whether its TypeScript can be shown. */
function debugged(command: string): Promise<Ended> {
  // Any free port: another program may be debugged on this machine.
  const [program, ...args] = command.replace('--inspect-brk', '--inspect-brk=0').split(' ')
  return new Promise((resolve) => {
    const child = spawn(program === 'node' ? process.execPath : program!, args, {
      cwd: folder,
      env: plainEnvironment(),
    })
    let output = ''
    const take = (text: string): void => {
      output += text
    }
    child.stdout.setEncoding('utf8').on('data', take)
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      take(text)
      const url = /ws:\/\/\S+/.exec(text)?.[0]
      if (url !== undefined && text.startsWith('Debugger listening')) attach(url, take)
    })
    child.on('close', (code) => resolve({ code, output }))
  })
}

function attach(url: string, take: (line: string) => void): void {
  const socket = new WebSocket(url)
  const send = (method: string): void => socket.send(JSON.stringify({ id: 1, method }))
  socket.on('open', () => {
    for (const method of ['Runtime.enable', 'Debugger.enable', 'Runtime.runIfWaitingForDebugger'])
      send(method)
  })
  socket.on('message', (data) => {
    const { method, params } = JSON.parse(String(data)) as {
      readonly method?: string
      readonly params?: { readonly url: string; readonly sourceMapURL: string }
    }
    // At its first line, as --inspect-brk says.
    if (method === 'Debugger.paused') send('Debugger.resume')
    if (method === 'Debugger.scriptParsed' && params?.url.endsWith('/subnet.ts')) {
      take(`subnet.ts has ${params.sourceMapURL.startsWith('data:') ? 'a' : 'no'} source map\n`)
    }
    // A program that is done waits for its debugger to leave.
    if (method === 'Runtime.executionContextDestroyed') socket.close()
  })
  socket.on('error', () => {})
}

describe('the page on a subnet of one’s own', () => {
  test('has files and commands, and names each file in its text', () => {
    const files = steps.flatMap((step) => (step.kind === 'file' ? [step.path] : []))
    expect(files.length).toBeGreaterThan(5)
    const text = page.replaceAll(/^```.*?^```$/gms, '')
    expect(files.filter((file) => !text.includes(`\`${file}\``))).toEqual([])
  })

  test('leads from an empty folder to a running, tested subnet in at most ten commands', () => {
    expect(commands).toContain('npx tsx run.ts')
    // One more makes the package, in a clone.
    expect(1 + commands.indexOf('npx vitest run') + 1).toBeLessThanOrEqual(10)
  })

  for (const command of commands) {
    test(`\`${command}\` does what it should`, () => {
      const { code, output } =
        printed.get(command) ?? expect.fail('it was not run: a command before it failed')
      expect([code, output]).toEqual([0, expect.any(String)])
      for (const step of steps) {
        if (step.kind === 'command' && step.command === command)
          expect([notPrinted(step.shown, output), output]).toEqual([[], expect.any(String)])
      }
    })
  }

  test('shows TypeScript to a debugger as it was written', () => {
    const [command] = commands.filter((one) => one.includes('--inspect-brk'))
    expect(printed.get(command!)?.output).toContain('subnet.ts has a source map\n')
  })

  test('would notice output that is not as shown', () => {
    expect(notPrinted('a 1\nb\n', 'x\na 2\nb\n')).toEqual([])
    expect(notPrinted('b\na\n', 'a\nb\n')).toEqual(['a'])
    expect(notPrinted('at …/c.ts:1:…\n', 'at (/x/c.ts:8:2)\n')).toEqual([])
    expect(notPrinted('at …/c.ts\n', 'at /x/d.ts\n')).toEqual(['at …/c.ts'])
  })
})
