import { VirtualClock } from 'subnetkit/clock'
import { ArtefactClosedError } from 'subnetkit/sandbox'
import { describe, expect, test } from 'vitest'
import { loadText } from '../../support/sandboxed.js'

describe('a call that takes too long for this machine', () => {
  test('is not scored, and the next one is made as if nothing had been', async () => {
    const artefact = await loadText('export function f(n) { for (let i = 0; i < n; i++); return n }', {
      limits: { steps: Number.MAX_SAFE_INTEGER, wallMs: 1_500 },
    })
    const before = await artefact.call('f', [10])
    expect(await artefact.call('f', [1e12])).toEqual({
      kind: 'notScored',
      reason: 'wallTime',
      detail: 'It took longer than 1500 ms.',
    })
    expect(await artefact.call('f', [10])).toEqual(before)
    await artefact.close()
  })
})

describe('an artefact', () => {
  test('makes its calls one after the other, in their order', async () => {
    const artefact = await loadText('export function f(n) { for (let i = 0; i < n; i++); return n }')
    const done: number[] = []
    await Promise.all(
      [100_000, 1, 1_000].map(async (n) => {
        const outcome = await artefact.call('f', [n])
        if (outcome.kind === 'ok') done.push(Number(outcome.value))
      }),
    )
    expect(done).toEqual([100_000, 1, 1_000])
    await artefact.close()
  })

  test('that is closed leaves the call in hand unscored and refuses those behind it and after', async () => {
    const artefact = await loadText('export function f() { for (;;); }', {
      limits: { steps: Number.MAX_SAFE_INTEGER },
    })
    const running = artefact.call('f', [])
    const waiting = artefact.call('f', []).catch((error: unknown) => error)
    await new Promise((resolve) => setTimeout(resolve, 200))
    await artefact.close()
    expect(await running).toMatchObject({ kind: 'notScored', reason: 'crashed' })
    expect(await waiting).toBeInstanceOf(ArtefactClosedError)
    await expect(artefact.call('f', [])).rejects.toThrow(ArtefactClosedError)
    await artefact.close()
  })

  test('keeps no process alive while it waits, whether or not functions are handed in', async () => {
    const held = (): number =>
      process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length
    const before = held()
    const artefact = await loadText('export const f = () => one()', { functions: { one: () => 1 } })
    expect(await artefact.call('f', [])).toMatchObject({ kind: 'ok', value: 1 })
    expect(held()).toBe(before)
    await artefact.close()
  })

  test('holds virtual time while it runs', async () => {
    const clock = new VirtualClock()
    const artefact = await loadText('export function f() { for (let i = 0; i < 1e5; i++); return 1 }', {
      clock,
    })
    const before = clock.now()
    expect(await artefact.call('f', [])).toMatchObject({ kind: 'ok' })
    expect(clock.now()).toBe(before)
    await artefact.close()
  })
})
