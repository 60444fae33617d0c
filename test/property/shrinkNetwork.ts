import { type EpochParams, rowsOf, type SparseRows, sparseRowsFrom } from '../../src/consensus/index.js'
import { epochParams, rulesOf } from '../support/epochs.js'
import type { Network } from './randomNetworks.js'

/** Attempts after which a network is small enough. */
const MAX_ATTEMPTS = 3_000

/** The smallest network found that still fails, by leaving out neurons, entries and parameters one after the other. */
export function shrinkNetwork(network: Network, fails: (candidate: Network) => boolean): Network {
  let best = network
  let attempts = 0
  for (let previous: Network | null = null; previous !== best; ) {
    previous = best
    for (const shrink of [withFewerNeurons, withFewerEntries, withPlainerParams]) {
      // Each step starts over from what it has found, and goes on behind the candidate that did not fail.
      for (let k = 0, candidate = shrink(best, 0); candidate !== null; candidate = shrink(best, k)) {
        if (attempts++ >= MAX_ATTEMPTS) return best
        if (fails(candidate)) best = candidate
        else k++
      }
    }
  }
  return best
}

/** Step k leaves out the last neurons: all, half of them, a quarter, ... */
function withFewerNeurons({ input, params }: Network, k: number): Network | null {
  const dropped = Math.floor(input.n / 2 ** k)
  if (dropped === 0) return null
  const n = input.n - dropped
  return {
    params,
    input: {
      ...input,
      n,
      lastUpdate: input.lastUpdate.slice(0, n),
      blockAtRegistration: input.blockAtRegistration.slice(0, n),
      alphaStakeRao: input.alphaStakeRao.slice(0, n),
      taoStakeRao: input.taoStakeRao.slice(0, n),
      validatorPermit: input.validatorPermit.slice(0, n),
      earliestActiveCommitBlock: input.earliestActiveCommitBlock.slice(0, n),
      weights: sparseRowsFrom(rowsOf(input.weights).slice(0, n)),
      bonds: sparseRowsFrom(rowsOf(input.bonds).slice(0, n)),
    },
  }
}

/** Step k leaves out a run of weights and bonds: first all, then each half, each quarter, ... down to single entries. */
function withFewerEntries({ input, params }: Network, k: number): Network | null {
  const { weights, bonds } = input
  const run = runOf(weights.column.length + bonds.column.length, k)
  if (run === null) return null
  const behind = weights.column.length
  return {
    params,
    input: {
      ...input,
      weights: without(weights, run.from, run.to),
      bonds: without(bonds, run.from - behind, run.to - behind),
    },
  }
}

function runOf(length: number, k: number): { readonly from: number; readonly to: number } | null {
  let before = 0
  for (let size = length; size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    const runs = Math.ceil(length / size)
    if (k < before + runs) return { from: (k - before) * size, to: (k - before + 1) * size }
    before += runs
  }
  return null
}

function without({ rowStart, column, value }: SparseRows, from: number, to: number): SparseRows {
  const isKept = (_: number, place: number): boolean => place < from || place >= to
  const dropped = (place: number): number =>
    Math.min(place, Math.max(to, 0)) - Math.min(place, Math.max(from, 0))
  return {
    rowStart: rowStart.map((start) => start - dropped(start)),
    column: column.filter(isKept),
    value: value.filter(isKept),
  }
}

function withPlainerParams({ input, params }: Network, k: number): Network | null {
  const plain = epochParams()
  const names = Object.keys(plain).filter(
    (name) => params[name as keyof EpochParams] !== plain[name as keyof EpochParams],
  )
  const name = names[k] as keyof EpochParams | undefined
  if (name === undefined) return null
  const plainer = { ...params, [name]: plain[name] }
  return { input, params: { ...plainer, ...rulesOf(plainer.yuma3Enabled, plainer.liquidAlphaEnabled) } }
}
