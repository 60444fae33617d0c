import { checkFrame } from './arrow/arrowFrames.js'
import { FRAME_COLUMN_NAMES, type SimulationFrame } from './frames.js'

/**
 * The first line of a table of frames: the names of the columns.
 *
 * @example
 * ```ts
 * import { csvHead } from 'subnetkit/simulation'
 *
 * csvHead().startsWith('block,netuid,price') // true
 * ```
 */
export function csvHead(): string {
  return `${FRAME_COLUMN_NAMES.join()}\n`
}

/**
 * A frame as lines of comma-separated values, one per subnet: whole numbers in full, others as JavaScript writes them, so that they are read back the same.
 *
 * @throws InvalidArgumentError, ShapeError for what is no frame.
 *
 * @example
 * ```ts
 * import { csvFrame, csvHead, Simulation } from 'subnetkit/simulation'
 *
 * const simulation = await Simulation.start({ subnets: 2 })
 * let table = csvHead()
 * for await (const frame of simulation.run({ blocks: 720 })) table += csvFrame(frame)
 * ```
 */
export function csvFrame(frame: SimulationFrame): string {
  checkFrame(frame)
  const { columns } = frame
  const lines = Array.from(
    columns.netuid,
    (_, row) => `${FRAME_COLUMN_NAMES.map((name) => String(columns[name][row])).join()}\n`,
  )
  return lines.join('')
}
