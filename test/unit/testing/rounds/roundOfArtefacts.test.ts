import { expect, it } from 'vitest'
import { z } from 'zod'
import type { ArtefactCommit, CodeJob } from '../../../../src/mechanism/index.js'
import { NotGivenError, roundOf } from '../../../../src/testing/index.js'

const bytesOf = (source: string) => new TextEncoder().encode(source)
const double = bytesOf('export const solve = (n) => 2 * n')
const job: CodeJob<number> = { call: 'solve', input: 21, steps: 5_000_000, output: z.number() }
const [first, second, third] = roundOf().miners.map(({ hotkey }) => hotkey)
if (first === undefined || second === undefined || third === undefined) throw new Error('three miners')

it('lists what miners committed to, runs it, and tells what each came to', async () => {
  const artefacts = [
    {
      hotkey: second,
      kind: 'program',
      bytes: bytesOf('export const solve = () => { throw new Error("no") }'),
    },
    { hotkey: first, kind: 'program', bytes: double, block: 3 },
    { hotkey: third, kind: 'index', bytes: double },
  ]
  const round = roundOf({ artefacts, block: 9 })
  const commits = await round.artefacts('program')
  expect(commits.map(({ hotkey, block, bytes }) => [hotkey, block, bytes])).toEqual([
    [second, 0, artefacts[0]?.bytes.length],
    [first, 3, double.length],
  ])
  const ran = await Promise.all(commits.map((commit) => round.runCode(commit, job)))
  expect(ran).toMatchObject([
    { status: 'failed', why: 'threw: Error: no' },
    { status: 'ok', value: 42 },
  ])
  expect(await round.bytes(commits[1] as ArtefactCommit, { maxBytes: 100 })).toEqual(double)
})

it('holds lists to the rules of a round: copies, one shot, and what is newer than the round', async () => {
  const artefacts = [
    { hotkey: first, kind: 'program', bytes: double, block: 5 },
    { hotkey: second, kind: 'program', bytes: double, block: 6 },
    { hotkey: third, kind: 'program', bytes: bytesOf('export const solve = (n) => n'), block: 9 },
  ]
  const round = roundOf({ artefacts, block: 9 })
  const [original, ...others] = await round.artefacts('program')
  expect([original?.hotkey, others]).toEqual([first, []])
  const all = await round.artefacts('program', { copies: 'keep' })
  expect(all.map(({ hotkey }) => hotkey)).toEqual([first, second])
  expect(await round.runCode(all[1] as ArtefactCommit, job)).toMatchObject({
    status: 'failed',
    why: `copy: ${first} committed to the same bytes before.`,
  })
  expect(await round.artefacts('program', { oneShot: { windowBlocks: 5 } })).toHaveLength(1)
  expect(await round.artefacts('program', { oneShot: { windowBlocks: 9 } })).toEqual([])
})

it('runs source that is given as text, with artefacts or without', async () => {
  expect(await roundOf().runCode('export const solve = (n) => n + 1', job)).toMatchObject({ value: 22 })
})

it('refuses to list artefacts where it was given none, by name', async () => {
  const asked = roundOf().artefacts('program')
  await expect(asked).rejects.toThrow(NotGivenError)
  await expect(asked).rejects.toThrow(/artefacts of program.*artefacts: \[\{ hotkey, kind, bytes \}\]/s)
  expect(await roundOf({ artefacts: [] }).artefacts('program')).toEqual([])
  // In a script as well: it is the test that lacks something, no miner.
  const each = roundOf().each(async () => await roundOf().artefacts('program'))
  const runs = await each
  expect(runs.map(({ status }) => status)).toEqual(['fault', 'fault', 'fault'])
  const wrong = [{ hotkey: first, kind: 'a kind', bytes: double }]
  expect(() => roundOf({ artefacts: wrong })).toThrow(/artefacts\[0\]\.kind/)
})
