import { existsSync, readFileSync, rmSync } from 'node:fs'
import { decodeCanonical, encodeCanonical, MalformedBytesError } from '../codec/index.js'
import { SnapshotError } from '../ledger/index.js'
import { Simulation } from '../simulation/index.js'
import type { WrittenPart } from './FrameOutput.js'
import { shown } from './openRefusal.js'
import { statePathOf } from './simulateFiles.js'
import { isPolicy, POLICIES, type PolicyName } from './simulateOptions.js'
import { UsageError } from './UsageError.js'
import { writeBeside } from './writeBeside.js'

const FORMAT = 'subnetkit/simulate/1'

/** A run that was left before its end. */
export interface LeftRun {
  readonly simulation: Simulation
  /** Blocks that it was to have. */
  readonly blocks: number
  /** Who shares its TAO. */
  readonly policy: PolicyName
  /** What its file of frames held. */
  readonly written: WrittenPart
}

/**
 * Writes a run beside its frames, in whole or not at all.
 *
 * @throws OutputError
 */
export function saveRun(path: string, { simulation, blocks, policy, written }: LeftRun): void {
  const { bytes, hash } = written
  writeBeside(
    statePathOf(path),
    encodeCanonical([FORMAT, blocks, policy, bytes, hash, simulation.snapshot()]),
  )
}

/** A run that has come to its end is not resumed. */
export function dropRun(path: string): void {
  rmSync(statePathOf(path), { force: true })
}

/** @throws UsageError where there is none, or it is damaged. */
export function loadRun(path: string): LeftRun {
  const [format, blocks, policy, bytes, hash, snapshot] = partsOf(path)
  if (format !== FORMAT || typeof blocks !== 'number' || !isPolicy(policy)) throw damaged(path)
  if (typeof bytes !== 'number' || !(hash instanceof Uint8Array)) throw damaged(path)
  if (!(snapshot instanceof Uint8Array)) throw damaged(path)
  try {
    const simulation = Simulation.restore(snapshot, POLICIES[policy])
    return { simulation, blocks, policy, written: { bytes, hash } }
  } catch (cause) {
    throw cause instanceof SnapshotError ? damaged(path, cause) : cause
  }
}

function partsOf(path: string): readonly unknown[] {
  let bytes: Uint8Array
  try {
    bytes = readFileSync(statePathOf(path))
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown reason'
    const problem =
      code === 'ENOENT'
        ? `there is no ${shown(statePathOf(path))}: no run with these frames was left before its end${wayOut(path)}`
        : `${shown(statePathOf(path))} cannot be read (${code})`
    throw new UsageError({ field: '--resume', problem, cause })
  }
  try {
    const value = decodeCanonical(bytes)
    return Array.isArray(value) ? value : []
  } catch (cause) {
    throw cause instanceof MalformedBytesError ? damaged(path, cause) : cause
  }
}

/** For whoever was told that the file is there, and to resume it. */
function wayOut(path: string): string {
  return existsSync(path)
    ? `; begin one with --out, and name another file or remove ${shown(path)} before`
    : '; begin one with --out'
}

const damaged = (path: string, cause?: unknown): UsageError =>
  new UsageError({
    field: '--resume',
    problem: `${shown(statePathOf(path))} is damaged, or of another version of subnetkit`,
    cause,
  })
