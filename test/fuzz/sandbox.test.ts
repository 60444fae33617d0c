import { SeededRandom } from 'subnetkit/math'
import { JsArtefact, type JsOutcome } from 'subnetkit/sandbox'
import { expect, test } from 'vitest'

/** Pieces of programs: what hostile ones are made of, in any order. */
const ATOMS = [
  ...[
    'x',
    'this',
    'globalThis',
    'arguments',
    'null',
    'undefined',
    '0',
    '-1',
    '1e9',
    '2**31',
    '2n**70n',
    'NaN',
    '"a"',
    '"\\ud800"',
    '[]',
    '{}',
    '/(a*)*b/',
  ],
  ...[
    'Object',
    'Array',
    'Function',
    'Proxy',
    'Reflect',
    'Symbol',
    'Promise',
    'Map',
    'Uint8Array',
    'Float64Array',
    'ArrayBuffer',
    'Error',
    'JSON',
    'Math',
    'Date',
    'String',
    'BigInt',
    'give',
  ],
  ...[
    'Object.prototype',
    'Array.prototype',
    'Function.prototype',
    'Symbol.iterator',
    'Symbol.toPrimitive',
    'Symbol.species',
    'new Proxy({}, {})',
    'new Proxy(()=>1, {})',
    '(()=>{})',
    '(function*(){yield 1})()',
    'async()=>1',
  ],
]
const UNARY = ['-', '!', 'typeof ', 'void ', 'delete ', 'new ', '...', 'await ', '++', '~', 'throw ']
const BINARY = [
  '+',
  '-',
  '*',
  '/',
  '%',
  '**',
  '<<',
  '>>>',
  '&',
  '==',
  '===',
  '<',
  'in',
  'instanceof',
  '&&',
  '??',
  ',',
  '=',
  '+=',
  '=>',
]
const METHODS = [
  ...[
    'toString',
    'valueOf',
    'constructor',
    '__proto__',
    'length',
    'map',
    'sort',
    'join',
    'repeat',
    'concat',
    'fill',
    'push',
    'splice',
    'flat',
    'replace',
    'match',
    'split',
    'normalize',
  ],
  ...[
    'call',
    'apply',
    'bind',
    'then',
    'next',
    'buffer',
    'subarray',
    'set',
    'transfer',
    'resize',
    'defineProperty',
    'freeze',
    'setPrototypeOf',
    'getOwnPropertyDescriptors',
    'assign',
    'fromEntries',
  ],
  ...[
    'parse',
    'stringify',
    'from',
    'of',
    'all',
    'raw',
    'random',
    'now',
    'prototype',
    'name',
    'caller',
    'exec',
    'lastIndex',
    'groupBy',
  ],
]

function expression(random: SeededRandom, depth: number): string {
  const pick = (list: readonly string[]) => list[random.int(list.length)] ?? ''
  if (depth === 0) return pick(ATOMS)
  const part = () => expression(random, depth - 1 - random.int(Math.min(2, depth)))
  switch (random.int(12)) {
    case 0:
      return pick(UNARY) + part()
    case 1:
      return `(${part()} ${pick(BINARY)} ${part()})`
    case 2:
    case 3:
      return `${part()}.${pick(METHODS)}(${part()})`
    case 4:
      return `${part()}[${part()}]`
    case 5:
      return `[${part()}, ${part()}]`
    case 6:
      return `({ ${pick(METHODS)}: ${part()}, get ${pick(METHODS)}() { return ${part()} } })`
    case 7:
      return `((x) => { ${statement(random, depth - 1)} return ${part()} })(${part()})`
    case 8:
      return `(function*() { yield* ${part()} })()`
    case 9:
      return `Object.defineProperty(${part()}, "${pick(METHODS)}", { get() { return ${part()} }, set() {} })`
    case 10:
      return `Array.from({ length: ${random.int(2_000)} }, () => ${part()})`
    default:
      return `give(${part()})`
  }
}

function statement(random: SeededRandom, depth: number): string {
  const part = () => expression(random, Math.max(0, depth))
  switch (random.int(6)) {
    case 0:
      return `for (let i = 0; i < ${random.int(300)}; i++) { ${part()} }`
    case 1:
      return `try { ${part()} } catch (x) { ${part()} }`
    case 2:
      return `while (${part()}) { ${part()} }`
    case 3:
      return `var x = ${part()};`
    case 4:
      return `class C extends ${part()} { static y = ${part()} }`
    default:
      return `${part()};`
  }
}

const ROUNDS = 800

test('whatever a program is, its call ends by a name, twice at the same step, and the next one is made', async () => {
  const program = new TextEncoder().encode(
    'export async function f(text) { return await (0, eval)(text) } export function fine() { return [1, "a"] }',
  )
  const options = {
    limits: { steps: 2_000_000, memoryBytes: 4 * 2 ** 20, outputBytes: 10_000 },
    functions: { give: (...args: unknown[]) => args.length },
  }
  const [first, second] = [await JsArtefact.load(program, options), await JsArtefact.load(program, options)]
  const random = new SeededRandom(new TextEncoder().encode('programs'))
  const ends = new Map<string, number>()
  const fine = await first.call('fine', [])
  for (let round = 0; round < ROUNDS; round++) {
    const text = Array.from({ length: 1 + random.int(3) }, () => statement(random, 1 + random.int(4))).join(
      '\n',
    )
    const [outcome, again] = await Promise.all([first.call('f', [text]), second.call('f', [text])])
    expect([text, outcome.kind]).not.toEqual([text, 'notScored'])
    expect([text, again]).toEqual([text, outcome])
    const end = endOf(outcome)
    ends.set(end, (ends.get(end) ?? 0) + 1)
    if (round % 100 === 0) expect(await first.call('fine', [])).toEqual(fine)
  }
  for (const end of ['ok', 'threw', 'steps', 'badValue'])
    expect([end, ends.get(end)]).toEqual([end, expect.toSatisfy((count: number) => count > 10)])
  await Promise.all([first.close(), second.close()])
}, 120_000)

function endOf(outcome: JsOutcome): string {
  return outcome.kind === 'ok' ? 'ok' : outcome.reason
}
