import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCli } from '../../../src/cli/runCli.js'
import { encodeRound } from '../../../src/mechanism/index.js'
import { testNetwork } from '../../../src/testing/index.js'
import { memoryIo } from './memoryIo.js'

// Beside the sources, so that the module finds its packages.
let folder: string
const file = (name: string): string => join(folder, name)

const source = (
  truth: string,
): string => `import { IncentiveMechanism } from '../../../../src/mechanism/index.js'
import { defineSynapse } from '../../../../src/synapse/index.js'
import { z } from 'zod'
export class Doubling extends IncentiveMechanism {
  synapse = defineSynapse({ name: 'double', request: z.number(), answer: z.number() })
  initialState() { return null }
  createTask({ random }) { return random.int(100) }
  score({ task, responses, state }) {
    return { scores: new Map(responses.map(({ hotkey, answer }) => [hotkey, answer === ${truth} ? 1 : 0])), state }
  }
}
export default new Doubling()
export const seven = 7
export class Asking extends Doubling { createTask() { return 1 + Math.random() } }
`

beforeAll(async () => {
  folder = mkdtempSync(join(import.meta.dirname, '.replay-'))
  writeFileSync(file('rules.mjs'), source('2 * task'))
  writeFileSync(file('others.mjs'), source('3 * task'))
  const { Doubling } = (await import(file('rules.mjs'))) as { Doubling: new () => never }
  const { rounds, faults } = await testNetwork<number, number>({
    mechanism: new Doubling(),
    miners: [{ name: 'right', answer: (task) => 2 * task }],
    validators: 1,
    epochs: 1,
    replay: () => new Doubling(),
  })
  expect(faults).toEqual([])
  const [round] = rounds
  if (round === undefined) throw new TypeError('no round')
  writeFileSync(file('one.round'), encodeRound(round))
  writeFileSync(file('cut.round'), encodeRound(round).slice(0, -1))
})
afterAll(() => rmSync(folder, { recursive: true }))

async function run(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const io = memoryIo()
  const code = await runCli(['replay', ...argv], io)
  return { code, out: io.output(), err: io.errors() }
}

describe('subnetkit replay', () => {
  it('says that a mechanism comes to the same scores', async () => {
    const { code, out } = await run(file('one.round'), '--mechanism', `${file('rules.mjs')}#Doubling`)
    expect(code).toBe(0)
    expect(out).toMatch(/^Block \d+, task 0, of validator 5\w+: the same, 1 scores\.\n$/)
  })

  it('takes a default export, an instance too', async () => {
    expect(await run(file('one.round'), '--mechanism', file('rules.mjs'))).toMatchObject({ code: 0 })
  })

  it('says what is another, with an exit code of its own', async () => {
    const { code, out } = await run(file('one.round'), '--mechanism', `${file('others.mjs')}#Doubling`)
    expect(code).toBe(3)
    expect(out).toMatch(/: another result\.\n.*the score of 5\w+ is 1 in the record and 0 now\.\n$/)
    const asking = await run(file('one.round'), '--mechanism', `${file('rules.mjs')}#Asking`)
    expect(asking.code).toBe(3)
    expect(asking.out).toMatch(/another way than the record\.\n.*ask of double/)
  })

  it('says the same as JSON', async () => {
    const { out } = await run(file('one.round'), '--mechanism', file('rules.mjs'), '--json')
    const said = JSON.parse(out) as { scores: object }
    expect(said).toMatchObject({ verdict: 'same', index: 0 })
    expect(Object.values(said.scores)).toEqual([1])
    const other = await run(file('one.round'), '--mechanism', file('others.mjs'), '--json')
    expect(JSON.parse(other.out)).toMatchObject({
      verdict: 'differs',
      why: expect.stringContaining('differs'),
    })
  })

  it('says what it is', async () => {
    expect(await run('--help')).toMatchObject({ code: 0, out: expect.stringContaining('MODULE#EXPORT') })
  })

  it.each<[string, readonly string[], string]>([
    ['no file', [], 'FILE'],
    ['no mechanism', ['one.round'], '--mechanism'],
    ['a file that is not there', ['gone.round', '--mechanism', 'rules.mjs'], 'cannot be read (ENOENT)'],
    [
      'a file that is no record',
      ['cut.round', '--mechanism', 'rules.mjs'],
      'cut.round cannot be used as a record: its bytes are damaged',
    ],
    ['a folder', ['', '--mechanism', 'rules.mjs'], 'is a folder; name a file'],
    ['a module that is not there', ['one.round', '--mechanism', 'gone.mjs'], 'it cannot be loaded'],
    [
      'an export that is not there',
      ['one.round', '--mechanism', 'rules.mjs#Gone'],
      'has no export Gone; it has',
    ],
    ['an export that is no mechanism', ['one.round', '--mechanism', 'rules.mjs#seven'], 'is no mechanism'],
  ])('refuses %s', async (_, [name, ...rest], words) => {
    const argv = rest.map((one) => (one.includes('.mjs') ? file(one) : one))
    const { code, out, err } = await run(...(name === undefined ? [] : [file(name)]), ...argv)
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain(words)
    expect(err.trimEnd().split('\n')).toHaveLength(1)
  })
})
