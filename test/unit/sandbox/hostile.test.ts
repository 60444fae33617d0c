import type { JsArtefact, JsFailure } from 'subnetkit/sandbox'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadText, outcomeOf } from '../../support/sandboxed.js'

/** The body of an exported function `f`, and how a call of it ends. */
const bodies: readonly (readonly [what: string, reason: JsFailure, body: string])[] = [
  // Loops
  ['loops', 'steps', 'for (;;);'],
  ['loops in a handler of its own errors', 'steps', 'for (;;) try { for (;;); } finally { continue }'],
  ['loops in a getter of what it returns', 'steps', 'return { get x() { for (;;); } }'],
  ['backtracks in a regular expression', 'steps', 'return /(a+)+b/.test("a".repeat(40))'],
  ['joins a list of a thousand million holes', 'steps', 'return Array(1e9).join("x")'],
  ['sorts by a comparison that loops', 'steps', 'return [3, 1, 2].sort(() => { for (;;); })'],
  [
    'sorts a long list over and over',
    'steps',
    'const a = Array.from({ length: 5e3 }, (_, i) => -i); for (;;) a.sort()',
  ],
  ['raises a bigint to a high power', 'steps', 'return String(7n ** 300000n).length'],
  ['calls itself by promises for ever', 'memory', 'const g = () => Promise.resolve().then(g); return g()'],
  ['generates for ever', 'steps', 'return [...(function* () { for (;;) yield })()]'],
  ['fills a large buffer over and over', 'steps', 'const b = new Uint8Array(4e6); for (;;) b.fill(1)'],
  // Memory
  ['keeps columns', 'memory', 'const a = []; for (;;) a.push(new Uint8Array(1e5))'],
  [
    'keeps small objects and catches every error',
    'memory',
    'const a = []; for (;;) try { for (;;) a.push({}) } catch {}',
  ],
  ['doubles text', 'memory', 'let s = "a"; for (;;) s += s'],
  ['asks for a huge buffer', 'memory', 'return new ArrayBuffer(2 ** 30)'],
  ['repeats text', 'memory', 'return "a".repeat(2 ** 28)'],
  ['fills a map', 'memory', 'const m = new Map(); for (let i = 0; ; i++) m.set(i, new Uint8Array(1e3))'],
  ['parses a long text', 'memory', 'return JSON.parse("[" + "[],".repeat(2e5) + "1]")'],
  ['closes over all it made', 'memory', 'let g = null; for (;;) { const h = g; g = () => h }'],
  // Stack
  ['calls itself', 'stack', 'return (function g() { return g() })()'],
  ['calls itself through a getter', 'stack', 'const o = { get x() { return o.x } }; return o.x'],
  ['calls itself through toString', 'stack', 'const o = { toString() { return "" + o } }; return "" + o'],
  ['nests source', 'stack', 'return eval("(".repeat(1e5) + ")".repeat(1e5))'],
  ['nests JSON', 'stack', 'return JSON.parse("[".repeat(1e5) + "]".repeat(1e5))'],
  [
    'nests proxies',
    'stack',
    'let p = {}; for (let i = 0; i < 2e4; i++) p = new Proxy(Object.create(p), {}); return "x" in p',
  ],
  // What it throws
  ['throws', 'threw', 'throw new TypeError("bad")'],
  ['throws nothing that can be read', 'threw', 'throw { get message() { throw 1 } }'],
  [
    'throws an error whose name throws',
    'threw',
    'const e = new Error("x"); Object.defineProperty(e, "name", { get() { throw 1 } }); throw e',
  ],
  ['throws a proxy', 'threw', 'throw new Proxy(new Error("x"), { get() { throw 2 } })'],
  ['rejects', 'threw', 'return Promise.reject(new Error("no"))'],
  ['never settles', 'unsettled', 'return new Promise(() => {})'],
  ['waits for what never comes', 'unsettled', 'return (async () => { await new Promise(() => {}) })()'],
  // What it returns
  ['returns nothing', 'badValue', ''],
  ['returns a function', 'badValue', 'return () => 1'],
  ['returns a symbol', 'badValue', 'return Symbol("x")'],
  ['returns a map', 'badValue', 'return new Map()'],
  ['returns a date', 'badValue', 'return new Date()'],
  ['returns an error', 'badValue', 'return new Error("x")'],
  ['returns a proxy', 'badValue', 'return new Proxy({}, {})'],
  ['returns a proxy inside', 'badValue', 'return [{ x: new Proxy([], {}) }]'],
  ['returns what holds itself', 'badValue', 'const a = {}; a.b = [a]; return a'],
  ['returns what is deep', 'badValue', 'let a = []; for (let i = 0; i < 100; i++) a = [a]; return a'],
  ['returns a list with holes', 'badValue', 'return [1, , 2]'],
  ['returns a list that says it is endless', 'badValue', 'const a = []; a.length = 2 ** 32 - 1; return a'],
  ['returns much text', 'badValue', 'return "x".repeat(100_001)'],
  ['returns many values', 'badValue', 'return Array(20_000).fill(null)'],
  ['returns many keys', 'badValue', 'const o = {}; for (let i = 0; i < 20_000; i++) o[i] = 1; return o'],
  ['returns a large column', 'badValue', 'return new Float64Array(20_000)'],
  ['returns large bigints', 'badValue', 'return Array(8).fill(1n << 50_000n)'],
  ['returns half a surrogate pair', 'badValue', 'return "\\ud800"'],
  ['returns a getter that throws', 'threw', 'return { get x() { throw new Error("no") } }'],
  [
    'returns a column of a buffer that it gave away',
    'threw',
    'const b = new ArrayBuffer(64); const c = new Uint8Array(b); b.transfer(); return c',
  ],
]

/** Whole programs that do not come to a function. */
const programs: readonly (readonly [what: string, reason: JsFailure, program: string])[] = [
  ['is empty', 'noFunction', ''],
  ['exports something else', 'noFunction', 'export const f = 1'],
  ['is no JavaScript', 'threw', 'export function ('],
  ['is binary', 'threw', '\u0000\u0001\u0002'],
  ['loops at the top', 'steps', 'for (;;);'],
  ['waits at the top for ever', 'unsettled', 'await new Promise(() => {}); export function f() {}'],
  ['imports a module', 'threw', 'import fs from "node:fs"; export function f() {}'],
  ['imports a file', 'threw', 'import x from "./x.js"; export function f() {}'],
  ['throws at the top', 'threw', 'throw new Error("no"); export function f() {}'],
]

describe('a program that', () => {
  test.each(bodies)('%s ends as %s', async (_, reason, body) => {
    const outcome = await outcomeOf(`export function f() { ${body} }`)
    expect(outcome).toMatchObject({ kind: 'failed', reason, steps: expect.any(Number) })
  })

  test.each(programs)('%s ends as %s', async (_, reason, program) => {
    expect(await outcomeOf(program)).toMatchObject({ kind: 'failed', reason })
  })
})

describe('what a program reaches', () => {
  const reached = async (expression: string) => {
    const outcome = await outcomeOf(`export async function f() { return ${expression} }`)
    return outcome.kind === 'ok' ? outcome.value : outcome
  }

  test('is the language and nothing of the machine', async () => {
    const names = [
      ...['process', 'require', 'module', 'global', 'window', 'self', 'fetch', 'WebSocket', 'XMLHttpRequest'],
      ...[
        'setTimeout',
        'setInterval',
        'setImmediate',
        'WebAssembly',
        'performance',
        'console',
        'print',
        'Buffer',
      ],
      ...[
        'std',
        'os',
        'bjs',
        'scriptArgs',
        'navigator',
        'crypto',
        'Worker',
        'WeakRef',
        'FinalizationRegistry',
      ],
      ...['Intl', 'structuredClone', 'gc'],
    ]
    expect(await reached(`${JSON.stringify(names)}.filter((name) => name in globalThis)`)).toEqual([])
  })

  test.each([
    ['the constructor of a function', '(() => {}).constructor("return typeof process")()', 'undefined'],
    [
      'the constructor of its arguments',
      'Object.getPrototypeOf(async () => {}).constructor("return Object.keys(this)")()',
      [],
    ],
    ['an evaluated text', '(0, eval)("typeof process + typeof require")', 'undefinedundefined'],
    ['this', 'typeof this', 'undefined'],
    ['import by a call', 'import("node:fs").then(() => "in", (error) => error.name)', 'ReferenceError'],
    ['the url of its module', 'typeof import.meta.url', 'undefined'],
    [
      'a wait that blocks',
      'typeof Atomics === "undefined" || (() => { try { Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1e9); return false } catch { return true } })()',
      true,
    ],
    [
      'the clock',
      '[Date.now(), +new Date(), new Date(0).getTimezoneOffset(), String(new Date(2e9))]',
      [0, 0, 0, 'Sat Jan 24 1970 03:33:20 GMT+0000'],
    ],
    ['the place of its errors', '/[/\\\\]/.test(new Error("x").stack)', false],
  ])('by %s is no more', async (_, expression, value) => {
    expect(await reached(expression)).toEqual(value)
  })

  test('cannot exit: what other engines offer for it is not there', async () => {
    expect(await reached('[typeof exit, typeof quit, typeof close]')).toEqual([
      'undefined',
      'undefined',
      'undefined',
    ])
  })
})

describe('whoever calls', () => {
  let artefact: JsArtefact
  beforeAll(async () => {
    artefact = await loadText(`
      globalThis.count = (globalThis.count ?? 0) + 1
      export const breaks = {}
      export function loop() { for (;;); }
      export function grow() { const a = []; for (;;) a.push(new Uint8Array(1e5).fill(7)) }
      export function poison() {
        Object.prototype.then = 1; Array.prototype.map = null; Math.random = () => 4; count = 99
        Object.defineProperty(Object.prototype, 'value', { get() { throw 1 } })
        return 'done'
      }
      export function clean() {
        return [count, typeof [].map, 'then' in {}, new Uint8Array(5e6).includes(7)]
      }
    `)
  })
  afterAll(() => artefact.close())

  test('goes on after each failure with an engine in which nothing of it is left', async () => {
    const steps = new Set<number>()
    for (const name of ['clean', 'loop', 'clean', 'grow', 'clean', 'poison', 'clean', 'gone', 'clean']) {
      const outcome = await artefact.call(name, [])
      if (name !== 'clean') continue
      expect(outcome).toMatchObject({ kind: 'ok', value: [1, 'function', false, false] })
      if (outcome.kind === 'ok') steps.add(outcome.steps)
    }
    expect(steps.size).toBe(1)
  })
})
