import { expect, it } from 'vitest'
import { systemClock } from '../../../../src/clock/index.js'
import { type CodeRun, SandboxPool } from '../../../../src/neuron/artefacts/SandboxPool.js'

const run = (source: string, more: Partial<CodeRun> = {}): CodeRun => ({
  program: new TextEncoder().encode(source),
  call: 'solve',
  args: [1],
  limits: { steps: 2 ** 40 },
  functions: {},
  options: {},
  ...more,
})

it('calls the functions of each run, also of those that one loaded program does beside each other', async () => {
  const pool = new SandboxPool(systemClock)
  const said = await Promise.all(
    [1, 2, 3, 4].map((nth) =>
      pool.runCode(run('export const solve = () => name()', { functions: { name: () => nth } })),
    ),
  )
  expect(said.map((one) => one.kind === 'ok' && one.value)).toEqual([1, 2, 3, 4])
  await pool.close()
})

it.each(['is being loaded', 'runs'])(
  'ends what %s and what waits when it is closed, as not scored',
  async (when) => {
    const pool = new SandboxPool(systemClock)
    let onBegun = (): void => {}
    const begun = new Promise<void>((resolve) => {
      onBegun = resolve
    })
    const functions = { begin: () => onBegun() }
    const endless = [1, 2, 3].map(() =>
      pool.runCode(run('export function solve() { begin(); for (;;); }', { functions })),
    )
    if (when === 'runs') await begun
    await pool.close()
    for (const one of endless) expect((await one).kind).toBe('notScored')
    expect((await pool.runCode(run('export const solve = () => 1'))).kind).toBe('notScored')
  },
)

it('waits for a run of another pool no longer than it is open', async () => {
  const [one, other] = [new SandboxPool(systemClock), new SandboxPool(systemClock)]
  const endless = run('export function solve() { for (;;); }')
  const [first, second] = [one.runCode(endless), other.runCode(endless)]
  await other.close()
  expect((await second).kind).toBe('notScored')
  await one.close()
  expect((await first).kind).toBe('notScored')
})
