import type { PlainValue } from 'subnetkit/sandbox'
import { describe, expect, test } from 'vitest'
import { loadText, outcomeOf } from '../../support/sandboxed.js'

describe('a function that was handed in', () => {
  test('is called with copies of plain values, and gives one', async () => {
    const seen: unknown[] = []
    const lookup = (...args: PlainValue[]): PlainValue => {
      seen.push(args)
      return { found: args.length, column: new Float32Array([1]) }
    }
    const program =
      'export function f(x) { const r = lookup(x, [1n], "a"); return [r.found, r.column[0], lookup.name] }'
    const outcome = await outcomeOf(program, [{ a: 1 }], { functions: { lookup } })
    expect(outcome).toMatchObject({ kind: 'ok', value: [3, 1, 'lookup'] })
    expect(seen).toEqual([[{ a: 1 }, [1n], 'a']])
  })

  test('may give nothing', async () => {
    const outcome = await outcomeOf('export function f() { return typeof note("x") }', [], {
      functions: { note: () => {} },
    })
    expect(outcome).toMatchObject({ kind: 'ok', value: 'undefined' })
  })

  test('costs steps, so that a program cannot call it without end', async () => {
    let calls = 0
    const tick = () => {
      calls++
    }
    const outcome = await outcomeOf('export function f() { for (;;) tick() }', [], {
      functions: { tick },
      limits: { steps: 1_000_000 },
    })
    expect(outcome).toMatchObject({ kind: 'failed', reason: 'steps', steps: 1_000_000 })
    expect(calls).toBeGreaterThan(50)
    expect(calls).toBeLessThan(100)
  })

  test('that throws is an error of the same message to the program', async () => {
    const refuse = () => {
      throw new RangeError('too far')
    }
    const caught =
      'export function f() { try { refuse() } catch (error) { return [error instanceof Error, error.message] } }'
    const uncaught = 'export function f() { refuse() }'
    expect(await outcomeOf(caught, [], { functions: { refuse } })).toMatchObject({
      value: [true, 'RangeError: too far'],
    })
    expect(await outcomeOf(uncaught, [], { functions: { refuse } })).toMatchObject({
      kind: 'failed',
      reason: 'threw',
      detail: 'Error: RangeError: too far',
    })
  })

  test.each([
    ['a promise', () => Promise.resolve(1)],
    ['a promise that rejects', () => Promise.reject(new Error('late'))],
    ['a map', () => new Map()],
    ['a function', () => () => 1],
  ])('that gives %s ends the call as not scored: the program is not to blame', async (_, lookup) => {
    const outcome = await outcomeOf(
      'export function f() { try { return lookup() } catch { return 1 } }',
      [],
      {
        functions: { lookup },
      },
    )
    expect(outcome).toMatchObject({
      kind: 'notScored',
      reason: 'function',
      detail: expect.stringContaining('functions.lookup'),
    })
  })

  test.each([
    ['a function', '() => 1', 'is a function'],
    ['a proxy', 'new Proxy({}, {})', 'is a proxy'],
    ['what is too large', '"x".repeat(200_000)', 'is larger than the output allowed'],
    [
      'what is too large together',
      '"x".repeat(60_000), "y".repeat(60_000)',
      'is larger than the output allowed',
    ],
  ])('is not called with %s: the program gets an error', async (_, argument, words) => {
    let calls = 0
    const note = () => {
      calls++
    }
    const program = `export function f() { try { note(${argument}) } catch (error) { return error.message } }`
    const outcome = await outcomeOf(program, [], { functions: { note } })
    expect(outcome).toMatchObject({ kind: 'ok', value: expect.stringContaining(words) })
    expect(calls).toBe(0)
  })

  test('that calls the program again waits for its turn, and holds up nothing', async () => {
    const inner: Promise<unknown>[] = []
    const artefact = await loadText('export function f(n) { if (n > 0) again(n - 1); return n }', {
      functions: { again: (n: number) => void inner.push(artefact.call('f', [n])) },
    })
    expect(await artefact.call('f', [3])).toMatchObject({ kind: 'ok', value: 3 })
    for (let at = 0; at < 3; at++) expect(await inner[at]).toMatchObject({ kind: 'ok', value: 2 - at })
    expect(inner).toHaveLength(3)
    await artefact.close()
  })

  test('called from deep inside ends as the stack does, whatever it calls', async () => {
    const outcome = await outcomeOf(
      'export function f() { const g = () => { note({ get x() { return g() } }) }; g() }',
      [],
      { functions: { note: () => {} } },
    )
    expect(outcome).toMatchObject({ kind: 'failed', reason: 'stack' })
  })

  test('can be replaced by the program, which then has only itself to blame', async () => {
    const program = 'globalThis.lookup = () => 5; export function f() { return lookup() }'
    expect(await outcomeOf(program, [], { functions: { lookup: () => 1 } })).toMatchObject({ value: 5 })
  })
})
