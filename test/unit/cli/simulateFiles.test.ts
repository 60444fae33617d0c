import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { OutputError } from '../../../src/cli/OutputError.js'
import { runCli } from '../../../src/cli/runCli.js'
import { arrowHead } from '../../../src/simulation/index.js'
import { type MemoryIo, memoryIo } from './memoryIo.js'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'subnetkit-simulate-'))
  folders.push(made)
  return made
}

const network = '--subnets 2 --validators 2 --miners 3 --tempo 20 --every 50'.split(' ')
const endless = [...network, '--blocks', '1000000', '--quiet']

const run = (argv: readonly string[], io: MemoryIo): Promise<number> => runCli(['simulate', ...argv], io)

/** Once a file holds so many bytes; in the middle of a run, since it has its turn between two of its blocks. */
async function once(path: string, bytes = 0): Promise<void> {
  while (!existsSync(path) || readFileSync(path).length < bytes)
    await new Promise((resolve) => setTimeout(resolve, 1))
}

/** A run that was stopped by Ctrl-C. */
async function stopped(path: string, more: readonly string[] = []): Promise<void> {
  const io = memoryIo()
  const ending = run([...endless, '--out', path, ...more], io)
  await once(path, 12_000)
  io.stop()
  expect(await ending).toBe(130)
}

/** The block that a message names in words. */
const blockIn = (text: string): number => Number(/block ([\d,]+)/.exec(text)?.[1]?.replaceAll(',', ''))

/** The frames of a run that nothing interrupted. */
async function wholeFrames(blocks: number): Promise<Buffer> {
  const path = join(folder(), 'whole.arrows')
  expect(await run([...network, '--blocks', String(blocks), '--quiet', '--out', path], memoryIo())).toBe(0)
  return readFileSync(path)
}

describe('the files of a simulation', () => {
  test('frames of another run are not taken for those that were left, and stay as they are', async () => {
    const at = folder()
    const [one, two] = [join(at, 'one.arrows'), join(at, 'two.arrows')]
    await stopped(one, ['--seed', 'one'])
    await stopped(two, ['--seed', 'two'])
    // Longer than what the other state counts.
    const frames = Buffer.concat([readFileSync(two), readFileSync(two), readFileSync(one)])
    writeFileSync(two, frames)
    copyFileSync(`${one}.state`, `${two}.state`)
    const io = memoryIo()
    expect([await run(['--resume', two], io), io.output()]).toEqual([2, ''])
    expect(io.errors()).toContain('two.arrows does not hold what the run had written')
    expect(readFileSync(two).equals(frames)).toBe(true)
  })

  test('two processes do not make one run', async () => {
    const path = join(folder(), 'x.arrows')
    const [first, second] = [memoryIo(), memoryIo()]
    const begun = run([...endless, '--out', path], first)
    await once(path, 5_000)
    expect(await run(['--resume', path], second)).toBe(2)
    expect(second.errors()).toContain(`the run of ${path} is going on: process ${process.pid} holds`)
    first.stop()
    expect(await begun).toBe(130)

    const third = memoryIo()
    const resumed = run(['--resume', path, '--quiet'], third)
    await once(`${path}.lock`)
    expect(await run(['--resume', path], memoryIo())).toBe(2)
    third.stop()
    expect(await resumed).toBe(130)
    expect(existsSync(`${path}.lock`)).toBe(false)
  })

  test('a lock that a dead process left holds nobody up', async () => {
    const path = join(folder(), 'x.arrows')
    await stopped(path)
    writeFileSync(`${path}.lock`, 'cut short')
    const io = memoryIo()
    io.stop()
    expect(await run(['--resume', path, '--quiet'], io)).toBe(130)
    expect(existsSync(`${path}.lock`)).toBe(false)
  })

  test('a lock that cannot be made is told', async () => {
    const io = memoryIo()
    const path = join(folder(), 'gone', 'x.arrows')
    expect(await run(['--resume', path], io)).toBe(2)
    expect(io.errors()).toContain('--resume: ')
    expect(io.errors()).toContain('its folder is not there')
  })

  test('a run that cannot be saved at its start leaves nothing that is in the way', async () => {
    const at = folder()
    mkdirSync(join(at, 'x.arrows.state.part'))
    const io = memoryIo()
    expect(await run([...endless, '--out', join(at, 'x.arrows')], io)).toBe(1)
    expect(io.errors()).toContain('x.arrows.state could not be written')
    expect(readdirSync(at)).toEqual(['x.arrows.state.part'])
  })

  test('a run that can be saved no more tells what it came to, and from where it goes on', async () => {
    const path = join(folder(), 'x.arrows')
    const io = memoryIo()
    const ending = run([...endless, '--out', path], io)
    await once(path, 5_000)
    mkdirSync(`${path}.state.part`)
    // Either the next save fails, or the one on Ctrl-C.
    await once(path, 12_000)
    io.stop()
    expect(await ending).toBe(1)
    expect(io.output()).toContain('Stopped after')
    expect(io.errors()).toContain(`with: subnetkit simulate --resume ${path}`)
    expect(io.errors()).toContain('x.arrows.state could not be written')
    rmdirSync(`${path}.state.part`)
    const end = blockIn(io.errors()) + 3_000
    expect(await run(['--resume', path, '--blocks', String(end)], memoryIo())).toBe(0)
    expect(readFileSync(path).equals(await wholeFrames(end))).toBe(true)
  })

  test('a file that no run stands behind leads nobody in a circle', async () => {
    const path = join(folder(), 'x.arrows')
    writeFileSync(path, arrowHead())
    const [begun, resumed] = [memoryIo(), memoryIo()]
    expect([await run([...endless, '--out', path], begun), await run(['--resume', path], resumed)]).toEqual([
      2, 2,
    ])
    expect(begun.errors()).toContain('or remove this one: no run that could go on is saved beside it')
    expect(resumed.errors()).toContain(`begin one with --out, and name another file or remove ${path} before`)
  })
})

describe('the chart of a simulation', () => {
  test('that cannot be written leaves the page that was there, and can be drawn later', async () => {
    const at = folder()
    const [path, chart] = [join(at, 'x.arrows'), join(at, 'x.html')]
    writeFileSync(chart, 'as before')
    const memory = memoryIo()
    const io = {
      ...memory,
      out(text: string) {
        memory.out(text)
        // After the run, before its page.
        if (text.includes('Simulated')) mkdirSync(`${chart}.part`)
      },
    }
    expect(await run([...network, '--blocks', '300', '--out', path, '--chart', chart], io)).toBe(1)
    expect(io.errors()).toContain('x.html could not be written')
    expect(io.errors()).toContain(`Draw it with: subnetkit simulate --resume ${path} --chart ${chart}`)
    expect(readFileSync(chart, 'utf8')).toBe('as before')

    rmdirSync(`${chart}.part`)
    const later = memoryIo()
    expect([await run(['--resume', path, '--chart', chart], later), later.errors()]).toEqual([0, ''])
    expect(readFileSync(chart, 'utf8')).toContain('<h1>A simulated network of 2 subnets</h1>')
    expect(readdirSync(at).sort()).toEqual(['x.arrows', 'x.html'])
    expect(readFileSync(path).equals(await wholeFrames(300))).toBe(true)
  })

  test('is refused before the work where nothing can be written beside its place', async () => {
    const chart = join(folder(), 'x.html')
    mkdirSync(`${chart}.part`)
    const io = memoryIo()
    expect([await run([...endless, '--chart', chart], io), io.output()]).toEqual([2, ''])
    expect(io.errors()).toContain('--chart: ')
    expect(existsSync(chart)).toBe(false)
  })
})

describe('a reader of the output that leaves', () => {
  /** Its first word is its last. */
  function left(): MemoryIo {
    const memory = memoryIo()
    return {
      ...memory,
      out() {
        throw new OutputError(Object.assign(new Error('gone'), { code: 'EPIPE' }))
      },
    }
  }

  test('does not end the work where files were asked for', async () => {
    const at = folder()
    const [path, chart] = [join(at, 'x.arrows'), join(at, 'x.html')]
    expect(await run([...network, '--blocks', '300', '--out', path, '--chart', chart], left())).toBe(0)
    expect(readFileSync(path).equals(await wholeFrames(300))).toBe(true)
    expect(readdirSync(at).sort()).toEqual(['x.arrows', 'x.html'])
  })

  test.each([['with files'], ['without']])('leaves Ctrl-C its exit code, %s', async (how) => {
    const path = join(folder(), 'x.arrows')
    const io = left()
    const ending = run([...endless, ...(how === 'without' ? [] : ['--out', path])], io)
    setTimeout(io.stop, 300)
    expect(await ending).toBe(130)
  })

  test('ends a run that nothing would come of', async () => {
    expect(await run(endless.slice(0, -1), left())).toBe(0)
  })
})
