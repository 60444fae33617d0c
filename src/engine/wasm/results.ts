import type { EpochOutput, SparseRawRows } from '../../consensus/index.js'
import { RESULTS, type ResultsIn, VIEWS } from './layout.js'

/** Memory of a caller for one result. */
export interface ResultMemory {
  /** u8[resultBytes(n)], on a border of 8 bytes: all columns, as `RESULTS` has them. */
  readonly block: Uint8Array
  /** Target and value of each stored bond; as long as there are bonds, or longer. */
  readonly column: Uint16Array
  readonly value: Uint16Array
}

type Column = keyof typeof RESULTS
type ViewOf<K extends Column> = InstanceType<(typeof VIEWS)[(typeof RESULTS)[K][0]]>

/** Where a column lies: behind so many bytes per neuron, and so many besides. Rows have one start more than there are rows. */
interface Placed {
  readonly View: (typeof VIEWS)[keyof typeof VIEWS]
  readonly part: 'output' | 'raw' | 'bonds'
  readonly field: string
  readonly perNeuron: number
  readonly besides: number
  readonly extraLength: number
}

const PLACED = placed()
const OUTPUT = Object.values(PLACED.columns).filter(({ part }) => part === 'output')
const RAW = Object.values(PLACED.columns).filter(({ part }) => part === 'raw')

function placed() {
  const columns = {} as Record<Column, Placed>
  let perNeuron = 0
  let besides = 0
  for (const name of Object.keys(RESULTS) as Column[]) {
    const [element, part, field] = RESULTS[name]
    const View = VIEWS[element]
    const extraLength = part === 'bonds' ? 1 : 0
    columns[name] = { View, part, field, perNeuron, besides, extraLength }
    perNeuron += View.BYTES_PER_ELEMENT
    besides += extraLength * View.BYTES_PER_ELEMENT
  }
  return { columns, perNeuron, besides }
}

/** Length of the block of results, in bytes. */
export function resultBytes(n: number): number {
  return PLACED.perNeuron * n + PLACED.besides
}

/** One column of a block of results. */
export function resultColumn<K extends Column>(block: Uint8Array, n: number, name: K): ViewOf<K> {
  return view(block, n, PLACED.columns[name]) as ViewOf<K>
}

function view({ buffer, byteOffset }: Uint8Array, n: number, column: Placed): object {
  const { View, perNeuron, besides, extraLength } = column
  return new View(buffer as ArrayBuffer, byteOffset + perNeuron * n + besides, n + extraLength)
}

/** Names the columns of a block of results. */
export function outputOf(
  { block, column, value }: ResultMemory,
  n: number,
  rawBonds: () => SparseRawRows,
): EpochOutput {
  const raw = {
    get bonds() {
      return rawBonds()
    },
  }
  const output = { bonds: { rowStart: resultColumn(block, n, 'storedStart'), column, value }, raw }
  addColumns(raw, RAW, block, n)
  addColumns(output, OUTPUT, block, n)
  return output as typeof output & ResultsIn<'output'> & { readonly raw: ResultsIn<'raw'> }
}

function addColumns(
  to: Record<string, unknown>,
  columns: readonly Placed[],
  block: Uint8Array,
  n: number,
): void {
  for (const column of columns) to[column.field] = view(block, n, column)
}

/**
 * Memory for one result, used again for each of any size: it grows when it must, and never shrinks.
 *
 * @param rawBonds - the raw bonds of the last epoch, which had `n` neurons.
 */
export function reusedMemory(
  rawBonds: (n: number) => SparseRawRows,
): (n: number, entries: number) => ReusedResult {
  let block = new Uint8Array(0)
  let column = new Uint16Array(0)
  let value = new Uint16Array(0)
  let last: (ReusedResult & { n: number; entries: number }) | null = null
  return (n, entries) => {
    if (last?.n === n && last.entries === entries) return last
    if (block.length < resultBytes(n)) block = new Uint8Array(resultBytes(n))
    if (column.length < entries) {
      // Some more than needed: the number of bonds changes a little from epoch to epoch.
      column = new Uint16Array(entries + (entries >> 3))
      value = new Uint16Array(entries + (entries >> 3))
    }
    const memory = {
      block: block.subarray(0, resultBytes(n)),
      column: column.subarray(0, entries),
      value: value.subarray(0, entries),
    }
    last = { n, entries, memory, output: outputOf(memory, n, () => rawBonds(n)) }
    return last
  }
}

/** Memory for a result, and the result as it will be there. */
export interface ReusedResult {
  readonly memory: ResultMemory
  readonly output: EpochOutput
}
