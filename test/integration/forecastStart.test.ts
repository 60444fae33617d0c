import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const main = join(root, 'examples/forecast/.build/main.mjs')
const SLOW_MS = 120_000

interface Ended {
  readonly code: number | null
  readonly output: string
}

/** A process whose output is watched. */
class Watched {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  #output = ''
  #waiters: { text: string; resolve: () => void }[] = []

  constructor(args: readonly string[]) {
    this.child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [this.child.stdout!, this.child.stderr!]) {
      stream.on('data', (chunk: Buffer) => this.#take(chunk.toString()))
    }
    this.ended = new Promise((resolve) => {
      this.child.on('close', (code) => resolve({ code, output: this.#output }))
    })
  }

  /** Waits until a text was written. */
  async saw(text: string): Promise<void> {
    const seen = new Promise<void>((resolve) => {
      this.#waiters.push({ text, resolve })
      this.#take('')
    })
    const end = this.ended.then(({ output }) => expect.fail(`ended without writing "${text}": ${output}`))
    await Promise.race([seen, end])
  }

  #take(chunk: string): void {
    this.#output += chunk
    this.#waiters = this.#waiters.filter(({ text, resolve }) => {
      if (!this.#output.includes(text)) return true
      resolve()
      return false
    })
  }
}

/** The network as `npm start` runs it, after installation. */
function startNetwork(options: { seed: string; epochs?: number; port?: number }): Watched {
  const settings = JSON.stringify({ epochs: 4, blockMs: 100, port: 0, ...options })
  const program = `import { main } from ${JSON.stringify(main)}; process.exitCode = await main(${settings})`
  return new Watched(['--input-type=module', '--eval', program])
}

/** In the order in which they were started. */
function childrenOf(pid: number): number[] {
  // In minimal images there is no `ps`; on Linux the kernel says it itself.
  if (existsSync(`/proc/${pid}/task/${pid}/children`)) {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number)
  }
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=']).toString().trim().split('\n')
  const pairs = lines.map((line) => line.trim().split(/\s+/).map(Number))
  return pairs.flatMap(([child, parent]) => (parent === pid ? [child!] : []))
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

beforeAll(() => {
  execFileSync(process.execPath, [join(root, 'examples/forecast/build.mjs')])
})

describe('npm start', () => {
  test(
    'plays to the end although a miner and a validator are killed: accounts, reasons, report, nothing left behind',
    async () => {
      const network = startNetwork({ seed: 'test-play' })
      await network.saw('node listens on ws://127.0.0.1:')
      const children = childrenOf(network.child.pid!)
      expect(children).toHaveLength(11)
      await network.saw('epoch 1/4')
      const [, weaker] = children
      const [ada] = children.slice(-3)
      process.kill(weaker!, 'SIGKILL')
      process.kill(ada!, 'SIGKILL')
      const { code, output } = await network.ended
      expect(code, output).toBe(0)
      const names = [
        'good',
        'weaker',
        'persistence',
        'random',
        'copier',
        'liar',
        'dies',
        'stalls',
        'ada',
        'bea',
        'mirror',
        'owner',
      ]
      for (const name of names)
        expect(output).toMatch(new RegExp(`^${name} +\\d+\\.\\d{3} alpha = *\\d+\\.\\d{2} TAO {2}\\w`, 'm'))
      expect(output).toMatch(/^epoch 4\/4 {2}block \d+/m)
      expect(output).toContain('weaker: its process ended (SIGKILL)\n')
      // Half-way through the epochs that are shown.
      expect(output).toMatch(/^epoch 2\/4 .*^dies: its process ended \(SIGKILL\)$.*^epoch 3\/4 /ms)
      expect(output).toContain('ada: its process ended (SIGKILL), it is started again\n')
      const path = /^Report: (.+\.html)$/m.exec(output)?.[1]
      const html = readFileSync(join(root, path ?? 'no report'), 'utf8')
      expect(html).toContain('Seattle weather')
      for (const name of names) expect(html).toContain(`>${name}</th>`)
      expect(html).not.toMatch(/<script|<link|<img/)
      expect(children.filter(isAlive)).toEqual([])
    },
    SLOW_MS,
  )

  test(
    'Ctrl-C ends every process, with code 130',
    async () => {
      const network = startNetwork({ seed: 'test-interrupt', epochs: 1000 })
      await network.saw('node listens on')
      const children = childrenOf(network.child.pid!)
      expect(children.filter(isAlive)).toHaveLength(11)
      // From the terminal, and a moment later handed on by npm.
      network.child.kill('SIGINT')
      await network.saw('Stopping every process')
      network.child.kill('SIGINT')
      const { code, output } = await network.ended
      expect(code, output).toBe(130)
      expect(output).toContain('Stopping every process')
      expect(children.filter(isAlive)).toEqual([])
    },
    SLOW_MS,
  )

  test(
    'a busy port is named, with what to do',
    async () => {
      const server: Server = createServer()
      const port = await new Promise<number>((resolve) => {
        server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port))
      })
      const { code, output } = await startNetwork({ seed: 'test-port', port }).ended
      server.close()
      expect(code).toBe(1)
      expect(output).toContain(
        `--port: Cannot listen on 127.0.0.1:${port}. Pass port 0 for any free port, or stop the program that holds this one.`,
      )
      expect(output).not.toContain('    at ')
    },
    SLOW_MS,
  )

  test('a bad option is refused before anything is installed, with code 2', async () => {
    const { code, output } = await new Watched([join(root, 'scripts/start.mjs'), '--epochs', 'many']).ended
    expect({ code, output }).toEqual({
      code: 2,
      output: '--epochs needs a whole number from 4 to 1000, not "many".\n',
    })
  })

  test('--help explains itself', async () => {
    const { code, output } = await new Watched([join(root, 'scripts/start.mjs'), '--help']).ended
    expect(code).toBe(0)
    expect(output).toContain('Usage: npm start')
  })
})
