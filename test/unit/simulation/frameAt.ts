import { describeFrameColumns, type SimulationFrame } from '../../../src/simulation/index.js'

const ARRAYS = { u16: Uint16Array, u32: Uint32Array, u64: BigUint64Array, f64: Float64Array }

/** A made-up frame: no two numbers of it alike, the largest that a column holds among them. */
export function frameAt(block: number, subnets: number): SimulationFrame {
  const columns = Object.fromEntries(
    describeFrameColumns().map(({ name, kind }, at) => {
      const values = new ARRAYS[kind](subnets)
      for (let row = 0; row < subnets; row++) {
        const number = 1_000 * block + 10 * at + row
        if (kind === 'u64') values[row] = row === 2 ? 2n ** 64n - 1n : BigInt(number)
        else values[row] = kind === 'f64' ? number / 7 : number % 65_536
      }
      if (name === 'block') (values as Uint32Array).fill(block)
      return [name, values]
    }),
  )
  return { block, columns } as unknown as SimulationFrame
}
