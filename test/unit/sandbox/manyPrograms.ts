// Runs programs that end in every way there is, and prints what each came to. Run as a process of its own, under flags of the engine.
import { JsArtefact, type JsOutcome } from '../../../src/sandbox/index.js'

const honest = `
  const table = Array.from({ length: 500 }, (_, i) => (i * 7919) % 503)
  export function f(x) {
    const sorted = [...table].sort((a, b) => a - b)
    const words = JSON.parse(JSON.stringify({ x, sorted })).sorted.map(String)
    const map = new Map(words.map((word, i) => [word, i]))
    let sum = 0
    for (let i = 0; i < 2_000; i++) sum += Math.sin(i) * Math.random() + Math.pow(i, 0.3) + Math.exp(-i)
    const big = String(3n ** 400n)
    return [sum, map.size, big.length, /(\\d+)-(\\d+)/.exec('12-34')[2], new Float32Array([sum]), [...new Set(big)].sort().join('')]
  }`

/** By name; each has a function `f`. */
const programs: Readonly<Record<string, string>> = {
  honest,
  loops: 'export function f() { for (;;); }',
  allocates: 'export function f() { const a = []; for (;;) a.push({ a: [1, 2, 3], b: "x" + a.length }) }',
  collects:
    'export function f() { let n = 0; for (let i = 0; i < 3e4; i++) { const a = {}; a.a = { a }; n++ } return n }',
  recurses: 'export function f() { return (function g(n) { return g(n + 1) + 1 })(0) }',
  counts: 'export function f() { let n = 0; const g = () => { n++; g() }; try { g() } catch { return n } }',
  nests: 'export function f() { return JSON.parse("[".repeat(1e5) + "]".repeat(1e5)) }',
  nestsSource: 'export function f() { return eval("-".repeat(1) + "- ".repeat(1e5) + "1") }',
  nestsArrows: 'export function f() { return eval("a=>".repeat(2e4) + "1") }',
  nestsTemplates: 'export function f() { return eval("`$".concat("{").repeat(1e4) + 1 + "}`".repeat(1e4)) }',
  nestsPowers: 'export function f() { return eval("2**".repeat(1e5) + "1") }',
  nestsLists:
    'export function f() { let o = []; for (let i = 0; i < 3e4; i++) o = [o]; return o.flat(Infinity) }',
  nestsText:
    'export function f() { let o = []; for (let i = 0; i < 3e4; i++) o = [o]; return JSON.stringify(o) }',
  nestsProxies:
    'export function f() { let p = {}; for (let i = 0; i < 2e4; i++) p = new Proxy(Object.create(p), {}); return "x" in p }',
  backtracks: 'export function f() { return /(a+)+b/.test("a".repeat(30)) }',
  asks: 'export function f() { let s = 0; for (let i = 0; i < 20; i++) s += give(i).v; return s }',
}

const outcomes: Record<string, JsOutcome> = {}
for (const [name, text] of Object.entries(programs)) {
  const artefact = await JsArtefact.load(new TextEncoder().encode(text), {
    limits: { steps: 20_000_000, memoryBytes: 8 * 2 ** 20 },
    functions: { give: (i: number) => ({ v: i * 2, w: 'x'.repeat(i) }) },
  })
  outcomes[name] = await artefact.call('f', [{ a: [1, 'two', null] }], { seed: new Uint8Array([1, 2, 3]) })
  await artefact.close()
}
process.stdout.write(
  JSON.stringify(outcomes, (_, value: unknown) =>
    typeof value === 'bigint' || ArrayBuffer.isView(value) ? String(value) : value,
  ),
)
