import * as emission from 'subnetkit/emission'
import { describeRefusals, type Entry } from './refuses.js'

const amounts: readonly unknown[] = [-1n, 2n ** 64n, 1]
const wholes: readonly unknown[] = [1.5, 2 ** 53, Number.POSITIVE_INFINITY]
const u16s: readonly unknown[] = [...wholes, 65_536]

const schedule = () => ({
  tempoBlocks: 10,
  lastEpochBlock: 5,
  pendingEpochAtBlock: 0,
  blocksSinceLastStep: 9,
})
const clocks = () => ({
  tempoBlocks: [10],
  lastEpochBlock: [5],
  pendingEpochAtBlock: [0],
  blocksSinceLastStep: [9],
})
const ofClocks = {
  // A typed array is right as well; a chain without subnets has no turns.
  alsoRight: { 'clocks.tempoBlocks': [new Uint8Array(1)], slots: [[]] },
  alsoWrong: {
    'clocks.lastEpochBlock[0]': wholes,
    'clocks.lastEpochBlock': [[], [5, 5]],
    slots: [[1], [0, 0]],
    block: wholes,
  },
}
const subnetColumns = [
  'alphaOut',
  'movingPriceBits',
  'minerBurnedBits',
  'rootProportionBits',
  'emissionEnabled',
]
const subnets = () => ({
  netuid: [1, 2],
  reserves: [
    { taoRao: 5n, alphaIn: 5n },
    { taoRao: 6n, alphaIn: 6n },
  ],
  alphaOut: [5n, 5n],
  movingPriceBits: [5n, 5n],
  minerBurnedBits: [5n, 5n],
  rootProportionBits: [5n, 5n],
  emissionEnabled: [true, false],
})
const movingTerms = () => ({
  spotPriceBits: 5n,
  isStable: false,
  block: 10,
  firstEmissionBlock: 5,
  halvingBlocks: 100n,
  movingAlphaBits: 5n,
})
const pool = () => ({ totalAlpha: 100n, denominator: { mantissa: 10n ** 21n, exponent: -19 } })
const share = () => ({ mantissa: 10n ** 21n, exponent: -20 })
const pending = () => ({ serverAlpha: 41n, validatorAlpha: 41n, rootAlpha: 1n, ownerCutAlpha: 18n })
const stakes = () => [
  { alpha: 100n, rootRao: 5n },
  { alpha: 10n, rootRao: 0n },
]
const rows = () =>
  stakes().map((stake, at) => ({
    hotkey: `hot-${at}`,
    owner: `cold-${at}`,
    takeU16: 100,
    childkeyTakeU16: 0,
    hasUid: true,
    ...stake,
  }))
const links = () => [{ parent: 0, child: 1, proportionU64: 2n ** 63n }]
const decided = () => ({
  rows: rows(),
  links: links(),
  incentiveAlpha: [1n, 2n],
  dividendAlpha: [3n, 4n],
  owner: { hotkey: 'hot-9', coldkey: 'cold-9' },
  ownerIncentiveIsRecycled: true,
  autoStake: new Map<string, string>(),
})
const distribution = () => ({
  ...decided(),
  validatorPotAlpha: 50n,
  rootPotAlpha: 1n,
  ownerCutAlpha: 18n,
  taoWeightU64: 5n,
  childkeyBurnU64: 0n,
})

/** Stakes, rows and pools are the caller's records, which may hold more; accounts are named by whatever the caller likes. */
const freeRows = (path: string): string[] => [`${path}[0].unheardOf`, `${path}[0].hotkey`, `${path}[0].owner`]
const wrongLinks = (path: string): Record<string, readonly unknown[]> => ({
  [`${path}[0].parent`]: [2, ...wholes],
  [`${path}[0].child`]: [2, ...wholes],
  [`${path}[0].proportionU64`]: amounts,
})
/** None is right as well. */
const noLinks = { links: [[]] }

const ofPool = (call: Entry['call'], params: readonly string[], args: () => readonly unknown[]): Entry => ({
  params,
  args,
  call,
  free: ['pool.unheardOf', 'pool.denominator.unheardOf', 'share.unheardOf'],
  // Shares have exponents below 0.
  alsoRight: { 'pool.denominator.exponent': [5], 'share.exponent': [5] },
  alsoWrong: {
    'pool.totalAlpha': amounts,
    'pool.denominator.mantissa': [-1n, 10n ** 21n + 1n],
    'pool.denominator.exponent': [1.5],
    ...(params.includes('share')
      ? { 'share.mantissa': [-1n, 10n ** 21n + 1n], 'share.exponent': [1.5] }
      : {}),
    ...(params.includes('amountAlpha') ? { amountAlpha: amounts } : {}),
  },
})

const ofSchedule = (
  call: Entry['call'],
  params: readonly string[],
  args: () => readonly unknown[],
): Entry => ({
  params,
  args,
  call,
  alsoWrong: { 'schedule.tempoBlocks': wholes, 'schedule.blocksSinceLastStep': wholes },
})

const ofAmounts = (call: Entry['call'], params: readonly string[]): Entry => ({
  params,
  args: () => params.map(() => 7n),
  call,
  alsoWrong: Object.fromEntries(params.map((name) => [name, amounts])),
})

const held = () => ({
  taoRao: 5_000_000n,
  alphaIn: 5_000_000n,
  quoteWeightE18: 5n * 10n ** 17n,
  feeU16: 33,
  mechanism: 1 as const,
})
const wrongHeld = (name: string): Record<string, readonly unknown[]> => ({
  [`${name}.taoRao`]: amounts,
  [`${name}.alphaIn`]: amounts,
  [`${name}.quoteWeightE18`]: [10n ** 16n - 1n, 99n * 10n ** 16n + 1n],
  [`${name}.feeU16`]: u16s,
  [`${name}.mechanism`]: [2],
})
/** Reserves may hold more. */
const ofLimit = (call: Entry['call']): Entry => ({
  params: ['reserves', 'limitRaoPerAlpha'],
  args: () => [held(), 2_000_000_000n],
  call,
  free: ['reserves.unheardOf'],
  alsoWrong: { ...wrongHeld('reserves'), limitRaoPerAlpha: amounts },
})
const figures = () => ({ alphaOut: 5n, totalStakeRao: 5n, volumeRao: 5n })
const wrongFigures = {
  'figures.alphaOut': amounts,
  'figures.totalStakeRao': amounts,
  'figures.volumeRao': [-1n, 2n ** 128n],
}

const scheduler = new emission.EmissionScheduler({ pool: emission.fixedPricePool })

const options = () => ({
  policy: emission.equalPolicy,
  pool: emission.fixedPricePool,
  ownerCutU16: 5,
  taoWeightU64: 5n,
  childkeyBurnU64: 5n,
  maxEpochsPerBlock: 2,
})

describeRefusals('emission', emission, {
  alphaEmission: ofAmounts(emission.alphaEmission, ['alphaIn', 'alphaOut']),
  blockEmissionRao: ofAmounts(emission.blockEmissionRao, ['totalIssuanceRao']),
  mintableRao: ofAmounts(emission.mintableRao, ['totalIssuanceRao', 'balancesIssuanceRao']),
  rootClaimIncreaseBits: ofAmounts(emission.rootClaimIncreaseBits, ['dividendAlpha', 'rootStakeRao']),
  taoWeightBits: ofAmounts(emission.taoWeightBits, ['taoWeightU64']),
  attributeDividends: {
    params: ['rows', 'links', 'dividendAlpha', 'terms'],
    args: () => [
      rows().map(({ hasUid: _, ...row }) => row),
      links(),
      [1n, 2n],
      { taoWeightU64: 5n, childkeyBurnU64: 0n },
    ],
    call: emission.attributeDividends,
    free: freeRows('rows'),
    alsoRight: noLinks,
    alsoWrong: {
      ...wrongLinks('links'),
      'rows[0].takeU16': u16s,
      'rows[0].alpha': amounts,
      dividendAlpha: [[1n]],
      'terms.taoWeightU64': amounts,
    },
  },
  planDistribution: {
    params: ['input'],
    args: () => [distribution()],
    call: emission.planDistribution,
    free: [...freeRows('input.rows'), 'input.owner.hotkey', 'input.owner.coldkey'],
    alsoRight: { 'input.links': [[]] },
    alsoWrong: {
      ...wrongLinks('input.links'),
      'input.incentiveAlpha': [[1n]],
      'input.dividendAlpha[0]': amounts,
      'input.validatorPotAlpha': amounts,
      'input.rows[0].childkeyTakeU16': u16s,
    },
  },
  epochEmissionAlpha: {
    params: ['pending'],
    args: () => [pending()],
    call: emission.epochEmissionAlpha,
    alsoWrong: { 'pending.serverAlpha': amounts },
  },
  validatorPotAlpha: {
    params: ['pending', 'incentiveSumAlpha'],
    args: () => [pending(), 5n],
    call: emission.validatorPotAlpha,
    alsoWrong: { 'pending.rootAlpha': amounts, incentiveSumAlpha: amounts },
  },
  splitDividends: {
    params: ['stakes', 'dividendAlpha', 'pots'],
    args: () => [stakes(), [1n, 2n], { validatorPotAlpha: 5n, rootPotAlpha: 5n, taoWeightU64: 5n }],
    call: emission.splitDividends,
    free: ['stakes[0].unheardOf'],
    alsoWrong: { 'stakes[0].rootRao': amounts, dividendAlpha: [[1n]], 'pots.rootPotAlpha': amounts },
  },
  activityCutoffBlocks: {
    params: ['factorMilli', 'tempoBlocks'],
    args: () => [13_889, 360],
    call: emission.activityCutoffBlocks,
    alsoWrong: { factorMilli: wholes, tempoBlocks: [...wholes, 2 ** 52] },
  },
  firstLastEpochBlock: {
    params: ['block', 'netuid', 'tempoBlocks'],
    args: () => [100, 3, 10],
    call: emission.firstLastEpochBlock,
    alsoWrong: { block: wholes, netuid: u16s, tempoBlocks: wholes },
  },
  blocksUntilNextEpoch: ofSchedule(emission.blocksUntilNextEpoch, ['schedule', 'block'], () => [
    schedule(),
    8,
  ]),
  isEpochDue: ofSchedule(emission.isEpochDue, ['schedule', 'block'], () => [schedule(), 8]),
  nextEpochBlock: ofSchedule(emission.nextEpochBlock, ['schedule'], () => [schedule()]),
  takeEpochTurns: {
    params: ['clocks', 'slots', 'block', 'maxEpochsPerBlock'],
    args: () => [clocks(), [0], 15, 2],
    call: emission.takeEpochTurns,
    ...ofClocks,
    alsoWrong: { ...ofClocks.alsoWrong, maxEpochsPerBlock: wholes },
  },
  referencePolicyWith: {
    params: ['options'],
    args: () => [{ weighsRootProportion: true }],
    call: emission.referencePolicyWith,
  },
  nextMovingPriceQ32: {
    params: ['movingPriceQ32', 'terms'],
    args: () => [5n, movingTerms()],
    call: emission.nextMovingPriceQ32,
    alsoRight: { 'terms.firstEmissionBlock': [null] },
    alsoWrong: {
      movingPriceQ32: [-1n, 2n ** 128n],
      'terms.spotPriceBits': [-1n, 2n ** 128n],
      'terms.block': wholes,
      'terms.firstEmissionBlock': wholes,
      'terms.halvingBlocks': amounts,
      'terms.movingAlphaBits': [-1n, 2n ** 128n],
    },
  },
  medianPriceBits: {
    params: ['spotPriceBits'],
    args: () => [[5n, 6n]],
    call: emission.medianPriceBits,
    alsoRight: { spotPriceBits: [[]] },
    alsoWrong: { 'spotPriceBits[0]': [-1n, 2n ** 128n] },
  },
  isRootSelling: {
    params: ['movingPriceBits'],
    args: () => [[5n, 6n]],
    call: emission.isRootSelling,
    alsoRight: { movingPriceBits: [[]] },
    alsoWrong: { 'movingPriceBits[0]': [-1n, 2n ** 128n] },
  },
  takeEpochTurnsUnchecked: "takes a ledger's own columns as they are",
  absorbedUnchecked: "takes a ledger's own reserves as they are",
  InheritedStakeSum: "takes a ledger's own stakes as they are",
  'InheritedStakeSum#borrow': "takes a ledger's own stakes as they are",
  'InheritedStakeSum#inherited': 'takes nothing',
  proportionBits: "takes a ledger's own proportions as they are",
  policyShares: "takes a ledger's own columns as they are",
  figuresAfterPurchaseUnchecked: "takes a ledger's own figures as they are",
  figuresAfterSaleUnchecked: "takes a ledger's own figures as they are",
  dividedShares: "takes a ledger's own columns as they are",
  planDistributionUnchecked: "takes a ledger's own facts as they are",
  creditPositionUnchecked: "takes a ledger's own records as they are",
  creditAllUnchecked: "takes a ledger's own records as they are",
  emittingSubnets: "takes a ledger's own columns as they are",
  alphaWorth: {
    params: ['taoRao', 'priceBits'],
    args: () => [5n, 5n],
    call: emission.alphaWorth,
    alsoWrong: { taoRao: amounts, priceBits: [-1n, 2n ** 128n] },
  },
  openPool: {
    params: ['opening'],
    args: () => [{ taoRao: 5n, alphaIn: 5n, priceBits: 2n ** 64n }],
    call: emission.openPool,
    optional: ['opening.priceBits'],
    alsoWrong: {
      'opening.taoRao': amounts,
      'opening.alphaIn': amounts,
      'opening.priceBits': [-1n, 2n ** 128n],
    },
  },
  mostToBuy: ofLimit(emission.mostToBuy),
  mostToSell: ofLimit(emission.mostToSell),
  mostToSwap: {
    params: ['origin', 'destination', 'limitE9'],
    args: () => [held(), held(), 5n],
    call: emission.mostToSwap,
    free: ['origin.unheardOf', 'destination.unheardOf'],
    alsoWrong: { ...wrongHeld('origin'), ...wrongHeld('destination'), limitE9: amounts },
  },
  tradeFee: {
    params: ['reserves', 'amount'],
    args: () => [held(), 5n],
    call: emission.tradeFee,
    free: ['reserves.unheardOf'],
    alsoWrong: { ...wrongHeld('reserves'), amount: amounts },
  },
  figuresAfterPurchase: {
    params: ['figures', 'purchase', 'offeredRao'],
    args: () => [figures(), { outAlpha: 5n }, 5n],
    call: emission.figuresAfterPurchase,
    // A whole trade is passed.
    free: ['purchase.unheardOf'],
    alsoWrong: { ...wrongFigures, 'purchase.outAlpha': amounts, offeredRao: amounts },
  },
  figuresAfterSale: {
    params: ['figures', 'sale'],
    args: () => [figures(), { inAlpha: 5n, outRao: 5n }],
    call: emission.figuresAfterSale,
    free: ['sale.unheardOf'],
    alsoWrong: { ...wrongFigures, 'sale.inAlpha': amounts, 'sale.outRao': amounts },
  },
  limitPriceBits: ofAmounts(emission.limitPriceBits, ['limitRaoPerAlpha']),
  rootProportionBits: {
    params: ['state'],
    args: () => [{ rootTaoRao: 5n, alphaIn: 5n, alphaOut: 5n, taoWeightU64: 5n }],
    call: emission.rootProportionBits,
    alsoWrong: { 'state.alphaIn': amounts },
  },
  splitAmongParticipants: {
    params: ['alphaOut', 'terms'],
    args: () => [1_000n, { ownerCutU16: 5, rootProportionBits: 5n }],
    call: emission.splitAmongParticipants,
    alsoWrong: {
      alphaOut: amounts,
      'terms.ownerCutU16': u16s,
      'terms.rootProportionBits': [-1n, 2n ** 128n],
    },
  },
  creditAll: ofPool(emission.creditAll, ['pool', 'amountAlpha'], () => [pool(), 5n]),
  debitAll: ofPool(emission.debitAll, ['pool', 'amountAlpha'], () => [pool(), 5n]),
  isCreditPrecise: ofPool(emission.isCreditPrecise, ['pool', 'amountAlpha'], () => [pool(), 5n]),
  creditPosition: ofPool(emission.creditPosition, ['pool', 'share', 'amountAlpha'], () => [
    pool(),
    share(),
    5n,
  ]),
  debitPosition: ofPool(emission.debitPosition, ['pool', 'share', 'amountAlpha'], () => [
    pool(),
    share(),
    5n,
  ]),
  positionAlpha: ofPool(emission.positionAlpha, ['pool', 'share'], () => [pool(), share()]),
  inheritedStakes: {
    params: ['stakes', 'links', 'taoWeightU64'],
    args: () => [stakes(), links(), 5n],
    call: emission.inheritedStakes,
    free: ['stakes[0].unheardOf'],
    alsoRight: noLinks,
    alsoWrong: { ...wrongLinks('links'), 'stakes[0].alpha': amounts, taoWeightU64: amounts },
  },
  selfContributions: {
    params: ['stakes', 'links', 'taoWeightU64'],
    args: () => [stakes(), links(), 5n],
    call: emission.selfContributions,
    free: ['stakes[0].unheardOf'],
    alsoRight: noLinks,
    alsoWrong: { ...wrongLinks('links'), 'stakes[0].alpha': amounts, taoWeightU64: amounts },
  },
  EmissionScheduler: {
    params: ['options'],
    args: () => [options()],
    call: (given: emission.EmissionSchedulerOptions) => new emission.EmissionScheduler(given),
    optional: ['options', ...Object.keys(options()).map((name) => `options.${name}`)],
    alsoRight: { options: [{}] },
    alsoWrong: {
      'options.ownerCutU16': u16s,
      'options.taoWeightU64': amounts,
      'options.maxEpochsPerBlock': wholes,
    },
    // Policy and pool are the caller's own, and may hold more.
    free: ['options.policy.unheardOf', 'options.pool.unheardOf', 'options.pool.name'],
  },
  'EmissionScheduler#blockEmissionRao': ofAmounts(
    (amount: bigint) => scheduler.blockEmissionRao(amount),
    ['totalIssuanceRao'],
  ),
  'EmissionScheduler#mintableRao': {
    ...ofAmounts(
      (total: bigint, balances: bigint) => scheduler.mintableRao(total, balances),
      ['totalIssuanceRao', 'balancesIssuanceRao'],
    ),
    optional: ['balancesIssuanceRao'],
  },
  'EmissionScheduler#splitBlock': {
    params: ['emissionRao', 'subnets'],
    args: () => [1_000n, subnets()],
    call: (rao: bigint, given: emission.SplitSubnets) => scheduler.splitBlock(rao, given),
    optional: subnetColumns.map((name) => `subnets.${name}`),
    // Reserves may hold what another pool needs.
    free: ['subnets.reserves[0].unheardOf'],
    alsoWrong: {
      emissionRao: amounts,
      'subnets.netuid[0]': u16s,
      'subnets.netuid': [
        [1, 1],
        [2, 1],
      ],
      'subnets.reserves[0].taoRao': amounts,
      'subnets.alphaOut[0]': amounts,
      'subnets.movingPriceBits[0]': [-1n, 2n ** 128n],
      ...Object.fromEntries(subnetColumns.map((name) => [`subnets.${name}`, [[]]])),
    },
  },
  'EmissionScheduler#splitParticipants': {
    params: ['alphaOut', 'terms'],
    args: () => [1_000n, { ownerCutEnabled: true, rootProportionBits: 5n }],
    call: (alpha: bigint, terms: object) => scheduler.splitParticipants(alpha, terms),
    optional: ['terms', 'terms.ownerCutEnabled', 'terms.rootProportionBits'],
    alsoRight: { terms: [{}] },
    alsoWrong: { alphaOut: amounts, 'terms.rootProportionBits': [-1n] },
  },
  'EmissionScheduler#takeTurns': {
    params: ['clocks', 'slots', 'block'],
    args: () => [clocks(), [0], 15],
    call: (given: emission.EpochClocks, slots: number[], block: number) =>
      scheduler.takeTurns(given, slots, block),
    ...ofClocks,
  },
  'EmissionScheduler#epochEmissionAlpha': {
    params: ['pending'],
    args: () => [pending()],
    call: (given: emission.PendingAlpha) => scheduler.epochEmissionAlpha(given),
    alsoWrong: { 'pending.serverAlpha': amounts },
  },
  'EmissionScheduler#planPayout': {
    params: ['payout'],
    args: () => [{ ...decided(), pending: pending() }],
    call: (payout: emission.EpochPayout<string>) => scheduler.planPayout(payout),
    free: [...freeRows('payout.rows'), 'payout.owner.hotkey', 'payout.owner.coldkey'],
    alsoRight: { 'payout.links': [[]] },
    alsoWrong: { ...wrongLinks('payout.links'), 'payout.pending.serverAlpha': amounts },
  },
  'EmissionScheduler#explainPayout': {
    params: ['payout'],
    args: () => [{ ...decided(), pending: pending() }],
    call: (payout: emission.EpochPayout<string>) => scheduler.explainPayout(payout),
    free: [...freeRows('payout.rows'), 'payout.owner.hotkey', 'payout.owner.coldkey'],
    alsoRight: { 'payout.links': [[]] },
    alsoWrong: { ...wrongLinks('payout.links'), 'payout.pending.serverAlpha': amounts },
  },
})
