import { describe, expect, it } from 'vitest'
import { EmissionScheduler, referencePolicy } from '../../src/emission/index.js'
import type { BlockContext } from '../../src/ledger/BlockContext.js'
import { beginBlock } from '../../src/ledger/block/beginBlock.js'
import { BlockKernel } from '../../src/ledger/block/wasm/BlockKernel.js'
import { hyperparameters, pendings, prices, reserves, tallies } from '../../src/ledger/state/tables.js'
import { addBareSubnet, contextAt } from './contextAt.js'
import { comparable, type FileInteger, parseEconomicsFile } from './economicsFile.js'
import { fileInteger, subnetState } from './fileState.js'
import { vectorFiles } from './vectorsDir.js'

interface FileSubnet {
  readonly netuid: number
  readonly mechanism: 0 | 1
  readonly subnet_tao_rao: FileInteger
  readonly alpha_in: FileInteger
  readonly alpha_out: FileInteger
  readonly quote_weight_e18: FileInteger
  readonly moving_price_i96f32_bits: FileInteger
  readonly miner_burned_u96f32_bits: FileInteger
  readonly emission_enabled: boolean
  readonly owner_cut_enabled: boolean
  readonly pending_server_alpha: FileInteger
  readonly pending_validator_alpha: FileInteger
  readonly pending_root_alpha: FileInteger
  readonly pending_owner_cut_alpha: FileInteger
  readonly first_emission_block: number | null
  readonly subtoken_enabled: boolean
  readonly registration_allowed: boolean
  readonly protocol_alpha: FileInteger
}

interface CoinbaseCase {
  readonly input: {
    readonly first_block: number
    readonly blocks: number
    readonly total_issuance_rao: FileInteger
    readonly tao_weight_u64: FileInteger
    readonly root_tao_rao: FileInteger
    readonly total_stake_rao: FileInteger
    readonly subnet_owner_cut_u16: number
    readonly ema_price_halving_blocks: number
    readonly moving_alpha_i96f32_bits: FileInteger
    readonly subnets: readonly FileSubnet[]
  }
  readonly expected: {
    readonly after_blocks: readonly {
      readonly block: number
      readonly total_issuance_rao: FileInteger
      readonly total_stake_rao: FileInteger
      readonly subnet_account_balances_rao: readonly FileInteger[]
      readonly subnets: readonly Readonly<Record<string, unknown>>[]
    }[]
  }
}

function contextOf(input: CoinbaseCase['input']): BlockContext {
  const settings = {
    taoWeightU64: BigInt(input.tao_weight_u64),
    subnetOwnerCutU16: input.subnet_owner_cut_u16,
    movingAlphaBits: BigInt(input.moving_alpha_i96f32_bits),
  }
  const context = contextAt(0, settings)
  const { state } = context
  state.setChain({
    totalIssuanceRao: BigInt(input.total_issuance_rao),
    totalStakeRao: BigInt(input.total_stake_rao),
  })
  state.setRow(reserves, 0, { subnetTaoRao: BigInt(input.root_tao_rao) })
  for (const subnet of input.subnets) place(context, subnet, input.ema_price_halving_blocks)
  const scheduler = new EmissionScheduler({
    policy: referencePolicy,
    ownerCutU16: settings.subnetOwnerCutU16,
    taoWeightU64: settings.taoWeightU64,
  })
  return { ...context, scheduler }
}

function place(context: BlockContext, subnet: FileSubnet, emaPriceHalvingBlocks: number): void {
  const { state, config } = context
  const { netuid } = subnet
  addBareSubnet(context, netuid)
  state.setSubnet(netuid, {
    mechanism: subnet.mechanism,
    firstEmissionBlock: subnet.first_emission_block,
    subtokenEnabled: subnet.subtoken_enabled,
    emissionEnabled: subnet.emission_enabled,
  })
  state.set(hyperparameters, [netuid], {
    ...config.hyperparameters,
    tempoBlocks: 0,
    emaPriceHalvingBlocks,
    registrationAllowed: subnet.registration_allowed,
    ownerCutEnabled: subnet.owner_cut_enabled,
  })
  state.setRow(reserves, netuid, {
    subnetTaoRao: BigInt(subnet.subnet_tao_rao),
    alphaIn: BigInt(subnet.alpha_in),
    alphaOut: BigInt(subnet.alpha_out),
    protocolAlpha: BigInt(subnet.protocol_alpha),
    quoteWeightE18: BigInt(subnet.quote_weight_e18),
  })
  state.setRow(prices, netuid, { movingPriceQ32: BigInt(subnet.moving_price_i96f32_bits) })
  state.setRow(tallies, netuid, { minerBurnedBits: BigInt(subnet.miner_burned_u96f32_bits) })
  state.setRow(pendings, netuid, {
    serverAlpha: BigInt(subnet.pending_server_alpha),
    validatorAlpha: BigInt(subnet.pending_validator_alpha),
    rootAlpha: BigInt(subnet.pending_root_alpha),
    ownerCutAlpha: BigInt(subnet.pending_owner_cut_alpha),
  })
}

const KERNELS = [
  { how: 'all at once', kernel: BlockKernel.shared() },
  { how: 'one after the other', kernel: null },
]

describe.each(KERNELS)('coinbase_blocks.json, subnets $how', ({ how, kernel }) => {
  const file = vectorFiles('economics').find(({ name }) => name === 'coinbase_blocks.json')
  if (file === undefined) throw new TypeError('economics/coinbase_blocks.json is absent.')
  const cases = parseEconomicsFile(file.name, file.content).cases as unknown as CoinbaseCase[]

  it('has what computes them so', () => {
    expect(kernel !== null).toBe(how === 'all at once')
  })

  cases.forEach(({ input, expected }, index) => {
    it(`case ${index}: ${input.subnets.length} subnets, ${input.blocks} blocks`, () => {
      const context = { ...contextOf(input), kernel }
      const { state } = context
      for (let block = input.first_block; block < input.first_block + input.blocks; block++) {
        state.setChain({ block })
        beginBlock({ ...context, block })
        state.commit()
        const wanted = expected.after_blocks.find((after) => after.block === block)
        if (wanted === undefined) continue
        const known = wanted.subnets.map((row) => {
          const all = subnetState(state, row.netuid as number)
          return Object.fromEntries(Object.keys(row).map((key) => [key, all[key]]))
        })
        expect(comparable(known), `block ${block}`).toEqual(comparable(wanted.subnets))
        expect(comparable([state.chain.totalIssuanceRao, state.chain.totalStakeRao])).toEqual(
          comparable([wanted.total_issuance_rao, wanted.total_stake_rao]),
        )
        const accounts = input.subnets.map(({ netuid }) =>
          fileInteger(state.cell(reserves, netuid, 'accountRao')),
        )
        expect(comparable(accounts)).toEqual(comparable(wanted.subnet_account_balances_rao))
      }
    })
  })
})
