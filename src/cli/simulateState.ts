import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { decodeCanonical, encodeCanonical, MalformedBytesError } from '../codec/index.js'
import { SnapshotError } from '../ledger/index.js'
import { Simulation } from '../simulation/index.js'
import { shown } from './FrameOutput.js'
import { OutputError } from './OutputError.js'
import { isPolicy, POLICIES, type PolicyName } from './simulateOptions.js'
import { UsageError } from './UsageError.js'

const FORMAT = 'subnetkit/simulate/1'

/** A run that was left before its end. */
export interface LeftRun {
  readonly simulation: Simulation
  /** Blocks that it was to have. */
  readonly blocks: number
  /** Who shares its TAO. */
  readonly policy: PolicyName
  /** Length of its file of frames. */
  readonly outBytes: number
}

/** Where the run lies whose frames are in a file. */
export const statePathOf = (path: string): string => `${path}.state`

/**
 * Writes a run beside its frames, in whole or not at all.
 *
 * @throws OutputError
 */
export function saveRun(path: string, { simulation, blocks, policy, outBytes }: LeftRun): void {
  const bytes = encodeCanonical([FORMAT, blocks, policy, outBytes, simulation.snapshot()])
  const target = statePathOf(path)
  const half = `${target}.part`
  try {
    const fd = openSync(half, 'w')
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at)
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
    renameSync(half, target)
  } catch (cause) {
    rmSync(half, { force: true })
    throw new OutputError(cause, target)
  }
}

/** A run that has come to its end is not resumed. */
export function dropRun(path: string): void {
  rmSync(statePathOf(path), { force: true })
}

/** @throws UsageError where there is none, or it is damaged. */
export function loadRun(path: string): LeftRun {
  const [format, blocks, policy, outBytes, snapshot] = partsOf(path)
  const isRun = format === FORMAT && typeof blocks === 'number' && typeof outBytes === 'number'
  if (!isRun || !isPolicy(policy) || !(snapshot instanceof Uint8Array)) throw damaged(path)
  try {
    return { simulation: Simulation.restore(snapshot, POLICIES[policy]), blocks, policy, outBytes }
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
        ? `there is no ${shown(statePathOf(path))}: no run with these frames was left before its end`
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

const damaged = (path: string, cause?: unknown): UsageError =>
  new UsageError({
    field: '--resume',
    problem: `${shown(statePathOf(path))} is damaged, or of another version of subnetkit`,
    cause,
  })
