import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { buildCommand, commandProgram, type Ended, type Running, startCommand } from '../support/command.js'
import { vectorsDir } from '../vectors/vectorsDir.js'

const children: ChildProcess[] = []

beforeAll(buildCommand, 60_000)
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

function start(...args: Parameters<typeof startCommand>): Running {
  const running = startCommand(...args)
  children.push(running.child)
  return running
}

const vector = join(vectorsDir(), 'epoch/07-tiny-three-validators-yuma2.json')
const localnet = ['localnet', '--port', '0', '--block-ms', '20']

/** Runs a command whose standard output is a file. */
async function into(path: string, argv: readonly string[]): Promise<Ended> {
  const fd = openSync(path, 'w')
  try {
    return await start(argv, { stdio: ['ignore', fd, 'pipe'] }).ended
  } finally {
    closeSync(fd)
  }
}

describe('output that cannot be written', () => {
  const full = '/dev/full'
  const commands = [
    ['--help'],
    ['--version'],
    ['epoch', '--help'],
    ['epoch', vector],
    ['keys', 'new'],
    ['keys', 'inspect', '//Alice'],
    ['localnet', '--help'],
    ['simulate', '--help'],
    ['simulate', '--subnets', '1', '--blocks', '1', '--quiet'],
    localnet,
  ]
  test.runIf(existsSync(full)).each(commands.map((argv) => ({ argv })))(
    '$argv on a full disk is an error',
    async ({ argv }) => {
      const { code, stderr } = await into(full, argv)
      expect([code, stderr]).toEqual([
        1,
        expect.stringMatching(
          /subnetkit: The output could not be written: no space is left on the device\. .*\n$/,
        ),
      ])
    },
    30_000,
  )

  test('ends quietly where its reader has gone', async () => {
    for (const argv of [['epoch', vector], ['keys', 'new'], localnet]) {
      const { child, ended } = start(argv)
      child.stdout!.destroy()
      const { code, stderr } = await ended
      expect([argv[0], code, stderr.replace(/^Write the mnemonic.*\n/, '')]).toEqual([argv[0], 0, ''])
    }
  })
})

describe('a signal', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s ends a command that waits for its input',
    async (signal) => {
      for (const argv of [
        ['epoch', '-'],
        ['keys', 'inspect', '-'],
        ['epoch', '/dev/stdin'],
      ]) {
        const { child, ended } = start(argv)
        // It has started once it reads: a pipe takes no more than 64 KiB that nobody reads.
        await new Promise((resolve) =>
          child.stdin!.write(' '.repeat(argv[0] === 'epoch' ? 200_000 : 1), resolve),
        )
        if (argv[0] === 'keys') await new Promise((resolve) => child.stderr!.once('data', resolve))
        child.kill(signal)
        expect(await ended).toMatchObject({ code: null, signal })
      }
    },
    30_000,
  )

  test('ends a command in the middle of its computation', async () => {
    const { steps } = JSON.parse(
      readFileSync(join(vectorsDir(), 'epoch/07-tiny-three-validators-yuma2.json'), 'utf8'),
    )
    const { child, ended, stdout } = start(['epoch', '-'])
    child.stdin!.on('error', () => {})
    child.stdin!.end(JSON.stringify({ steps: Array.from({ length: 20_000 }, () => steps[0]) }))
    // Longer than it takes to read the input, far shorter than to compute it.
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    child.kill('SIGINT')
    expect(await ended).toMatchObject({ code: null, signal: 'SIGINT' })
    expect(stdout()).toBe('')
  })

  test('lets a localnet clean up, and say so', async () => {
    const { child, ended, shown } = start(localnet)
    await shown('Ctrl-C ends it.')
    child.kill('SIGINT')
    expect(await ended).toMatchObject({ code: 0, stdout: expect.stringMatching(/Stopped\.\n$/), stderr: '' })
  })
})

describe('input without end', () => {
  test.each([{ argv: ['epoch', '-'] }, { argv: ['keys', 'inspect', '-'] }])(
    '$argv is read up to a limit',
    async ({ argv }) => {
      const { child, ended } = start(argv)
      const more = ' '.repeat(2 ** 20)
      child.stdin!.on('error', () => {})
      const feed = (): void => {
        while (!child.stdin!.destroyed && child.stdin!.write(more)) {}
      }
      child.stdin!.on('drain', feed)
      feed()
      const { code, stderr } = await ended
      expect([code, stderr]).toEqual([
        2,
        expect.stringMatching(/subnetkit: standard input: longer than \d+ (MiB|bytes)\n$/),
      ])
    },
    60_000,
  )
})

describe('a terminal', () => {
  const python = ['/usr/bin/python3', '/usr/local/bin/python3'].find((path) => existsSync(path))
  test.runIf(python !== undefined)(
    'echoes again after Ctrl-C at a question that hides the answer',
    async () => {
      const program = `
import os, pty, sys, termios, time
pid, fd = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], sys.argv[1:])
seen = b''
while b'URI: ' not in seen:
    seen += os.read(fd, 1000)
echoes = lambda: bool(termios.tcgetattr(fd)[3] & termios.ECHO)
until = time.monotonic() + 10
while echoes() and time.monotonic() < until:
    time.sleep(0.02)
hidden = not echoes()
os.write(fd, b'\\x03')
_, status = os.waitpid(pid, 0)
print(hidden, echoes(), os.WTERMSIG(status))
`
      const child = spawn(python!, ['-c', program, process.execPath, commandProgram, 'keys', 'inspect', '-'])
      children.push(child)
      let text = ''
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', (more: string) => {
          text += more
        })
      await new Promise((resolve) => child.on('close', resolve))
      expect(text).toBe('True True 2\n')
    },
    30_000,
  )
})
