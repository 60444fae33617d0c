import {
  inheritedStakes,
  rootProportionBits,
  selfContributions,
  taoWeightBits,
} from '../../src/emission/index.js'
import type { FileInteger } from './economicsFile.js'

export function rootProportion(input: {
  tao_weight_u64: FileInteger
  root_tao_rao: FileInteger
  alpha_in: FileInteger
  alpha_out: FileInteger
}): unknown {
  const taoWeightU64 = BigInt(input.tao_weight_u64)
  return {
    tao_weight_u96f32_bits: taoWeightBits(taoWeightU64),
    root_proportion_u96f32_bits: rootProportionBits({
      rootTaoRao: BigInt(input.root_tao_rao),
      alphaIn: BigInt(input.alpha_in),
      alphaOut: BigInt(input.alpha_out),
      taoWeightU64,
    }),
  }
}

export interface FileLink {
  parent: number
  child: number
  proportion_u64: FileInteger
}

/** Hotkeys of the files are numbered from 1; rows from 0. */
export const linksOf = (links: readonly FileLink[]) =>
  links.map(({ parent, child, proportion_u64 }) => ({
    parent: parent - 1,
    child: child - 1,
    proportionU64: BigInt(proportion_u64),
  }))

export function stakeWeight(input: {
  tao_weight_u64: FileInteger
  hotkeys: { hotkey: number; alpha: FileInteger; root_rao: FileInteger }[]
  child_links: FileLink[]
}): unknown {
  const stakes = input.hotkeys.map(({ alpha, root_rao }) => ({
    alpha: BigInt(alpha),
    rootRao: BigInt(root_rao),
  }))
  const links = linksOf(input.child_links)
  const taoWeightU64 = BigInt(input.tao_weight_u64)
  const own = selfContributions(stakes, links, taoWeightU64)
  return {
    hotkeys: inheritedStakes(stakes, links, taoWeightU64).map((stake, row) => ({
      hotkey: row + 1,
      inherited_alpha: stake.alpha,
      inherited_root_rao: stake.rootRao,
      stake_weight_i64f64_bits: stake.stakeWeightBits,
      self_contribution: own[row],
    })),
  }
}
