// Writes `assembly/shared.ts`, the engine's side of the table in `src/engine/wasm/layout.ts`. The file is not committed.
import { readFileSync } from 'node:fs'

const LOADS = { bool: 'u32' }
const BYTES = { f64: 8, u64: 8, i64: 8, u32: 4, u16: 2, u8: 1 }

/**
 * The text of `assembly/shared.ts`.
 *
 * @param {string} path of the table
 * @returns {Promise<string>}
 */
export async function sharedLayout(path) {
  // Types away, the table is a program that needs no other.
  const { transform } = await import('esbuild')
  const { code } = await transform(readFileSync(path, 'utf8'), { loader: 'ts' })
  const table = await import(`data:text/javascript;base64,${Buffer.from(code).toString('base64')}`)
  const { INPUTS, RESULTS, PLACES, COUNTS, HEADER_SLOTS } = table
  const at = (name) => 4 * HEADER_SLOTS[name]
  return [
    '// Made by scripts/buildWasm.mjs from src/engine/wasm/layout.ts.',
    `import { place } from './layout'`,
    `import { ${PLACES.join(', ')} } from './layout'`,
    `const PARAMS: usize = ${table.PARAMS_AT}`,
    `const HEADER: usize = ${table.HEADER_AT}`,
    'export const DONE: u32 = 0',
    ...Object.keys(table.REFUSALS).map((name, k) => `export const ${name}: u32 = ${k + 1}`),
    ...Object.entries(table.PARAMS).map(([name, type]) => paramReader(name, type, table.PARAM_SLOTS[name])),
    ...[...Object.keys(INPUTS), ...Object.keys(RESULTS)].map((name) => `export let ${name}: usize = 0`),
    'export function placeInputs(n: usize): void {',
    ...Object.entries(INPUTS).map(([name, [type]]) => `  ${name} = place(n * ${BYTES[type]})`),
    '}',
    '/** Places the results one after another from `at` on; returns where they end. */',
    'export function placeResults(at: usize, n: usize): usize {',
    `  store<u32>(HEADER, <u32>at, ${at('results')})`,
    ...Object.entries(RESULTS).flatMap(([name, [type, part]]) => [
      `  ${name} = at`,
      `  at += ${part === 'bonds' ? '(n + 1)' : 'n'} * ${BYTES[type]}`,
    ]),
    '  return at',
    '}',
    '/** Tells the caller where everything lies. */',
    'export function tellPlaces(): void {',
    ...[...Object.keys(INPUTS), ...PLACES].map((name) => `  store<u32>(HEADER, <u32>${name}, ${at(name)})`),
    '}',
    `export function tellCounts(${COUNTS.map((name) => `${name}: u32`).join(', ')}): void {`,
    ...COUNTS.map((name) => `  store<u32>(HEADER, ${name}, ${at(name)})`),
    '}',
    '',
  ].join('\n')
}

function paramReader(name, type, slot) {
  const read = `load<${LOADS[type] ?? type}>(PARAMS, ${8 * slot})${type === 'bool' ? ' != 0' : ''}`
  return `// @ts-ignore: decorator\n@inline export function ${name}(): ${type} { return ${read} }`
}
