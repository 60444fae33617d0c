import type { EpochInput, EpochOutput, EpochParams } from '../../src/consensus/index.js'
import { YumaConsensus, type YumaConsensusOptions } from '../../src/engine/index.js'

/** Every engine, and every way through the one that has several. */
export const engineOptions: readonly (YumaConsensusOptions & { readonly title: string })[] = [
  { title: 'plain', engine: 'plain' },
  { title: 'auto' },
  { title: 'wasm dense', engine: 'wasm', path: 'dense' },
  { title: 'wasm sparse', engine: 'wasm', path: 'sparse' },
  { title: 'wasm slow columns', engine: 'wasm', path: 'slow' },
  { title: 'wasm sparse slow columns', engine: 'wasm', path: 'sparseSlow' },
]

/** One engine per parameter set and path: the last one is kept, so that epochs of one network share it. */
export function runOn(options: YumaConsensusOptions, input: EpochInput, params: EpochParams): EpochOutput {
  const { engine, path } = options
  return new YumaConsensus(params, {
    ...(engine === undefined ? {} : { engine }),
    ...(path === undefined ? {} : { path }),
  }).run(input)
}

/** Name of the first field in which two results differ, with both values; `null` when they are the same to the bit. */
export function difference(a: EpochOutput, b: EpochOutput): string | null {
  for (const [name, left, right] of columnsOf(a, b)) {
    if (left.length !== right.length) return `${name}: ${left.length} and ${right.length} entries`
    for (let k = 0; k < left.length; k++) {
      if (left[k] !== right[k]) return `${name}[${k}]: ${left[k]} and ${right[k]}`
    }
  }
  return null
}

type Column = ArrayLike<number | bigint>

function* columnsOf(a: EpochOutput, b: EpochOutput): Generator<[string, Column, Column]> {
  const pairs: [string, object, object][] = [
    ['', a, b],
    ['raw.', a.raw, b.raw],
    ['bonds.', a.bonds, b.bonds],
    ['raw.bonds.', a.raw.bonds, b.raw.bonds],
  ]
  for (const [prefix, left, right] of pairs) {
    for (const [name, column] of Object.entries(left)) {
      if (!ArrayBuffer.isView(column)) continue
      yield [`${prefix}${name}`, column as unknown as Column, Reflect.get(right, name) as Column]
    }
  }
}
