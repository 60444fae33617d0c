import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { readFrames } from '../../src/simulation/index.js'
import { buildCommand, commandProgram, type Running, startCommand } from '../support/command.js'

const children: ChildProcess[] = []
const folders: string[] = []

beforeAll(buildCommand, 60_000)
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function start(argv: readonly string[]): Running {
  const running = startCommand(['simulate', '--subnets', '4', '--every', '60', '--tempo', '60', ...argv])
  children.push(running.child)
  return running
}

function place(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'subnetkit-simulate-'))
  folders.push(folder)
  return join(folder, name)
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10))
}

const hasBytes = (path: string, bytes: number) => (): boolean =>
  existsSync(path) && statSync(path).size >= bytes

describe('subnetkit simulate in a process of its own', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s keeps what was computed, and the run goes on from there',
    async (signal) => {
      const path = place('run.arrows')
      const { child, ended } = start(['--blocks', '1000000', '--out', path])
      await until(hasBytes(path, 30_000))
      child.kill(signal)
      const { code, stdout } = await ended
      expect(code).toBe(signal === 'SIGINT' ? 130 : 143)
      expect(stdout).toContain(`Go on with: subnetkit simulate --resume ${path}`)
      const { frames, isCut } = readFrames(readFileSync(path))
      const [, block = ''] = /Stopped after ([\d,]+) of 1,000,000 blocks/.exec(stdout) ?? []
      const reached = Number(block.replaceAll(',', ''))
      expect([isCut, frames.at(-1)?.block]).toEqual([false, reached - (reached % 60)])

      const end = reached + 600
      const resumed = startCommand(['simulate', '--resume', path, '--blocks', String(end), '--json'])
      children.push(resumed.child)
      expect((await resumed.ended).code).toBe(0)
      const whole = place('whole.arrows')
      expect((await start(['--blocks', String(end), '--out', whole, '--json']).ended).code).toBe(0)
      expect(readFileSync(path).equals(readFileSync(whole))).toBe(true)
    },
    120_000,
  )

  test('a run that is killed soon after its start goes on from its last save, to the same bytes', async () => {
    const path = place('run.arrows')
    const { child, ended } = start(['--blocks', '1000000', '--out', path])
    await until(hasBytes(path, 30_000))
    child.kill('SIGKILL')
    await ended
    const { frames } = readFrames(readFileSync(path))
    expect(frames.map(({ block }) => block)).toEqual(frames.map((_, at) => 60 * (at + 1)))
    expect(frames.length).toBeGreaterThan(5)

    const end = String(60 * frames.length + 600)
    const resumed = startCommand(['simulate', '--resume', path, '--blocks', end, '--json'])
    children.push(resumed.child)
    expect((await resumed.ended).code).toBe(0)
    const whole = place('whole.arrows')
    expect((await start(['--blocks', end, '--out', whole, '--json']).ended).code).toBe(0)
    expect(readFileSync(path).equals(readFileSync(whole))).toBe(true)
  }, 120_000)

  test('says what is wrong where a file can grow no more, and goes on from before it to the same bytes', async () => {
    const path = place('run.arrows')
    const options = [
      'simulate',
      '--subnets',
      '4',
      '--validators',
      '1',
      '--miners',
      '1',
      '--every',
      '1',
      '--blocks',
      '6000',
      '--quiet',
      '--out',
      path,
    ]
    // Of 512 bytes each: more than the run itself takes, less than its frames.
    const child = spawn('sh', [
      '-c',
      'ulimit -f 4000; exec "$@"',
      'sh',
      process.execPath,
      commandProgram,
      ...options,
    ])
    children.push(child)
    let errors = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors += text
    })
    const [code] = await once(child, 'close')
    expect([code, errors]).toEqual([
      1,
      expect.stringMatching(/^subnetkit: .*run\.arrows could not be written: .*too large/m),
    ])
    const { frames, isCut } = readFrames(readFileSync(path))
    expect([isCut, frames.length > 3]).toEqual([false, true])
    const [, block = ''] = /go on from block ([\d,]+) with: subnetkit simulate --resume /.exec(errors) ?? []
    expect(Number(block.replaceAll(',', ''))).toBeLessThanOrEqual(frames.length)

    const end = String(frames.length + 50)
    const resumed = startCommand(['simulate', '--resume', path, '--blocks', end, '--json'])
    children.push(resumed.child)
    expect((await resumed.ended).code).toBe(0)
    const whole = place('whole.arrows')
    const uninterrupted = startCommand([...options.slice(0, -5), '--blocks', end, '--out', whole])
    children.push(uninterrupted.child)
    expect((await uninterrupted.ended).code).toBe(0)
    expect(readFileSync(path).equals(readFileSync(whole))).toBe(true)
  }, 120_000)

  test('goes on when its reader has seen enough', async () => {
    const path = place('run.arrows')
    const { child, ended } = start(['--blocks', '1200', '--out', path])
    child.stdout?.destroy()
    expect((await ended).code).toBe(0)
    expect(readFrames(readFileSync(path)).frames).toHaveLength(20)
  })
})
