import { addressOf, sha256 } from '../crypto/index.js'
import {
  type Address,
  asColdkey,
  asHotkey,
  type Coldkey,
  type Hotkey,
  type Netuid,
  type Uid,
} from '../units/index.js'
import type { SimulationPlan } from './options.js'

/** Who is who in a simulation. Nobody has the key of these accounts. */
export interface Cast {
  /** By netuid less 1. */
  readonly subnets: readonly SubnetCast[]
  /** In order of uid, from uid 1: the same on every subnet. */
  readonly validators: readonly { readonly coldkey: Coldkey; readonly hotkey: Hotkey }[]
}

export interface SubnetCast {
  readonly netuid: Netuid
  readonly founder: Coldkey
  /** Has uid 0. */
  readonly founderHotkey: Hotkey
  /** Everybody else there: owns its miners, sells what they earn, buys and sells alpha. */
  readonly people: Coldkey
  /** In order of uid, from the first after the validators'. */
  readonly miners: readonly Hotkey[]
}

/** PERF: an address per neuron. */
export function castOf({ subnets, validators, miners }: SimulationPlan): Cast {
  return {
    subnets: numbers(subnets).map((at) => ({
      netuid: at + 1,
      founder: asColdkey(account(`founder ${at}`)),
      founderHotkey: asHotkey(account(`founderHotkey ${at}`)),
      people: asColdkey(account(`people ${at}`)),
      miners: numbers(miners).map((miner) => asHotkey(account(`miner ${at} ${miner}`))),
    })),
    validators: numbers(validators).map((at) => ({
      coldkey: asColdkey(account(`validator ${at}`)),
      hotkey: asHotkey(account(`validatorHotkey ${at}`)),
    })),
  }
}

/** Uid of a miner, by its place among a subnet's miners. */
export const uidOfMiner = ({ validators }: SimulationPlan, miner: number): Uid => 1 + validators + miner

export const numbers = (count: number): number[] => Array.from({ length: count }, (_, at) => at)

const utf8 = new TextEncoder()

function account(name: string): Address {
  return addressOf(sha256(utf8.encode(`subnetkit/simulation/1 ${name}`)))
}
