import { referencePreset } from 'subnetkit/chain'
import { runEpoch } from 'subnetkit/consensus'
import { keyPairFromUri } from 'subnetkit/crypto'
import { equalPolicy } from 'subnetkit/emission'
import * as ledger from 'subnetkit/ledger'
import { MemoryStore } from '../support/MemoryStore.js'
import { describeRefusals, type Entry } from './refuses.js'

const alice = keyPairFromUri('//Alice', { scheme: 'ed25519' })
const bob = keyPairFromUri('//Bob', { scheme: 'ed25519' })
const hash = 'ab'.repeat(32)

const wholes: readonly unknown[] = [-1, 1.5, 2 ** 53, Number.POSITIVE_INFINITY]
const u16s: readonly unknown[] = [...wholes, 65_536]
const amounts: readonly unknown[] = [-1n, 2n ** 64n, 1]

const genesis = (): ledger.Genesis => ({
  config: referencePreset.config,
  endowments: [{ address: alice.address, balanceRao: 10n ** 12n }],
  seed: 'x',
})
const options = (): ledger.LedgerOptions => ({ runEpoch, policy: equalPolicy })
const made = (): ledger.Ledger => new ledger.Ledger(genesis(), options())
/** Of a chain that takes calls of test origin. */
const ofTests = (): ledger.Ledger =>
  new ledger.Ledger(
    { ...genesis(), config: { ...referencePreset.config, testOriginAllowed: true } },
    options(),
  )
const unsigned = (): ledger.UnsignedCall<'transfer'> => ({
  genesisHash: hash,
  recentBlockHash: hash,
  nonce: 0,
  expiryBlock: 9,
  name: 'transfer',
  args: { to: bob.address, amountRao: 5n },
  salt: Uint8Array.of(1),
})
const bytes = (): Uint8Array => ledger.signCall(alice, unsigned())

/** Wrong values of every setting by its kind. */
const wrongSettings = (path: string, settings: object): Record<string, readonly unknown[]> =>
  Object.fromEntries(
    Object.entries(settings).flatMap(([key, value]): [string, readonly unknown[]][] => {
      if (typeof value === 'bigint') return [[`${path}.${key}`, [-1n, 2n ** 128n, 1]]]
      if (typeof value === 'number')
        return [[`${path}.${key}`, [1.5, 2 ** 53, 'yes', Number.POSITIVE_INFINITY]]]
      return typeof value === 'boolean' ? [[`${path}.${key}`, ['yes', 1, 0]]] : []
    }),
  )
const { config } = referencePreset
const wrongConfig = {
  ...wrongSettings('genesis.config', config),
  ...wrongSettings('genesis.config.hyperparameters', config.hyperparameters),
  'genesis.config.chainId': ['', 'x'.repeat(65)],
  'genesis.config.callWindowBlocks': [0, -1, 65_537],
  'genesis.config.subnetLimit': u16s,
  'genesis.config.hyperparameters.tempoBlocks': u16s,
  'genesis.config.hyperparameters.kappaU16': [...u16s, 70_000],
  'genesis.config.hyperparameters.maxAllowedUids': [0, ...u16s],
  'genesis.config.hyperparameters.bondsMovingAveragePpm': [-1, 1_000_001],
  'genesis.config.hyperparameters.burnHalfLifeBlocks': [0, ...u16s],
}

const calls = (
  call: (ledger: ledger.Ledger, calls: readonly ledger.SignedCall[]) => unknown,
  name = 'calls',
): Entry => ({
  params: [name],
  args: () => [[bytes()]],
  call: (list: readonly ledger.SignedCall[]) => call(made(), list),
})

const callShape: Pick<Entry, 'optional' | 'alsoWrong'> = {
  optional: ['call.salt'],
  alsoWrong: {
    'call.genesisHash': ['', hash.toUpperCase(), hash.slice(1)],
    'call.recentBlockHash': ['', hash.toUpperCase(), hash.slice(1)],
    'call.nonce': wholes,
    'call.expiryBlock': wholes,
    'call.name': ['pay', 'toString', '__proto__'],
    'call.args.to': ['bob', alice.address.slice(1)],
    'call.args.amountRao': amounts,
    'call.salt': [new Uint8Array(17)],
  },
}

const blockInput = (): ledger.BlockInput => {
  const { head } = ofTests().info()
  return { author: bob.address, parentHash: head.hash, claimSeed: hash }
}
const ofBlockInput = {
  optional: ['input', 'input.author', 'input.parentHash', 'input.claimSeed'],
  alsoRight: { input: [{}] },
  alsoWrong: {
    'input.author': ['bob', bob.address.slice(1)],
    'input.parentHash': ['', hash, hash.toUpperCase()],
    'input.claimSeed': ['', hash.slice(1), hash.toUpperCase()],
  },
}

describeRefusals('ledger', ledger, {
  Ledger: {
    params: ['genesis', 'options'],
    args: () => [genesis(), options()],
    call: (from: ledger.Genesis, how: ledger.LedgerOptions) => new ledger.Ledger(from, how),
    optional: ['genesis.seed', 'options.policy'],
    // A policy is the caller's own object, which may have more.
    free: ['options.policy.unheardOf', 'options.policy.name'],
    alsoRight: { 'genesis.endowments': [[]] },
    alsoWrong: { ...wrongConfig, 'genesis.endowments[0].balanceRao': amounts },
  },
  'Ledger.restore': {
    params: ['snapshot', 'options'],
    args: () => [made().snapshot(), options()],
    call: ledger.Ledger.restore,
    optional: ['options.policy'],
    free: ['options.policy.unheardOf', 'options.policy.name'],
    alsoWrong: { snapshot: [new Uint8Array()] },
  },
  'Ledger.resume': {
    params: ['options'],
    args: () => {
      const store = new MemoryStore()
      new ledger.Ledger(genesis(), { ...options(), store })
      return [{ ...options(), store }]
    },
    call: ledger.Ledger.resume,
    optional: ['options.policy'],
    // Policy and store are the caller's own objects, which may have more.
    free: ['options.policy.unheardOf', 'options.policy.name', 'options.store.unheardOf'],
  },
  'Ledger#info': 'takes nothing',
  'Ledger#commit': 'takes nothing',
  'Ledger#snapshot': 'takes nothing',
  'Ledger#open': {
    params: ['bytes'],
    args: () => [bytes()],
    call: (call: Uint8Array) => made().open(call),
  },
  'Ledger#checkTx': {
    params: ['call'],
    args: () => [bytes()],
    call: (call: Uint8Array) => made().checkTx(call),
  },
  'Ledger#prepareProposal': {
    params: ['candidates', 'limits'],
    args: () => [[bytes()], { maxCalls: 4, maxBytes: 9 }],
    call: (list: readonly ledger.SignedCall[], limits?: ledger.ProposalLimits) =>
      made().prepareProposal(list, limits),
    optional: ['limits', 'limits.maxCalls', 'limits.maxBytes'],
    alsoRight: { limits: [{}] },
    alsoWrong: { 'limits.maxCalls': wholes, 'limits.maxBytes': wholes },
  },
  'Ledger#processProposal': calls((one, list) => one.processProposal(list)),
  'Ledger#finalizeBlock': {
    params: ['calls', 'input'],
    args: () => [[bytes()], blockInput()],
    call: (list: readonly ledger.SignedCall[], input?: ledger.BlockInput) =>
      ofTests().finalizeBlock(list, input),
    ...ofBlockInput,
    alsoRight: { calls: [[]], input: [{}] },
  },
  'Ledger#explainPayouts': {
    params: ['input'],
    args: () => [blockInput()],
    call: (input?: ledger.BlockInput) => ofTests().explainPayouts(input),
    ...ofBlockInput,
  },
  'Ledger#testCall': {
    params: ['call'],
    args: () => [
      { signer: alice.address, name: 'overrideBalance', args: { account: bob.address, balanceRao: 5n } },
    ],
    call: (call: ledger.TestCall) => made().testCall(call),
    alsoWrong: {
      'call.signer': ['alice', alice.address.slice(1)],
      'call.name': ['pay', 'toString', '__proto__'],
      'call.args.account': ['bob'],
      'call.args.balanceRao': amounts,
    },
  },
  'Ledger#query': {
    params: ['name', 'args'],
    args: () => ['stake', { netuid: 1, hotkey: alice.address, coldkey: bob.address }],
    call: (name: 'stake', args: ledger.Queries['stake']['args']) => made().query(name, args),
    alsoWrong: {
      name: ['balance', '__proto__', 'toString'],
      'args.netuid': u16s,
      'args.hotkey': ['alice'],
      'args.coldkey': ['bob'],
    },
  },
  'Ledger#standing': {
    params: ['account'],
    args: () => [ledger.accountOf(alice.address)],
    call: (account: ledger.AccountId) => made().standing(account),
    alsoWrong: { account: [alice.address, ''] },
  },
  accountOf: {
    params: ['address'],
    args: () => [alice.address],
    call: ledger.accountOf,
    alsoWrong: { address: ['alice', alice.address.slice(1)] },
  },
  encodeCall: { params: ['call'], args: () => [unsigned()], call: ledger.encodeCall, ...callShape },
  signCall: {
    params: ['signer', 'call', 'entropy'],
    args: () => [alice, unsigned(), new Uint8Array(32)],
    call: ledger.signCall,
    ...callShape,
    optional: ['entropy', 'call.salt'],
    // A signer is the caller's own object.
    free: ['signer.unheardOf'],
    alsoWrong: { ...callShape.alsoWrong, entropy: [new Uint8Array(31)] },
  },
  checkCallArgs: {
    params: ['name', 'args'],
    args: () => ['setWeights', { netuid: 1, uids: [1], values: [2], versionKey: 0 }],
    call: ledger.checkCallArgs,
    alsoRight: { 'args.uids': [[]], 'args.values': [[]] },
    alsoWrong: {
      name: ['weigh'],
      'args.netuid': u16s,
      'args.uids[0]': u16s,
      'args.values[0]': u16s,
      'args.versionKey': wholes,
    },
  },
  checkQuery: {
    params: ['name', 'args'],
    args: () => ['account', { address: alice.address }],
    call: ledger.checkQuery,
    alsoWrong: { name: ['balance'], 'args.address': ['alice'] },
  },
  isDialableHost: { params: ['host'], args: () => ['127.0.0.1'], call: ledger.isDialableHost },
  isLoopbackHost: { params: ['host'], args: () => ['127.0.0.1'], call: ledger.isLoopbackHost },
  isUnspecifiedHost: { params: ['host'], args: () => ['127.0.0.1'], call: ledger.isUnspecifiedHost },
  isRefusal: {
    params: ['call'],
    args: () => [{ error: 'StaleNonce', data: {}, detail: '', remedy: '' }],
    call: ledger.isRefusal,
    // Any object is one or the other.
    free: ['call.unheardOf', 'call.error', 'call.data', 'call.detail', 'call.remedy'],
    alsoRight: { call: [{}] },
  },
  coldkeyHash: {
    params: ['newColdkey'],
    args: () => [alice.address],
    call: ledger.coldkeyHash,
    alsoWrong: { newColdkey: ['alice'] },
  },
  weightsCommitHash: {
    params: ['weights'],
    args: () => [
      { hotkey: alice.address, netuid: 1, mechanism: 0, uids: [1], values: [2], salt: [3], versionKey: 0 },
    ],
    call: (weights: ledger.HiddenWeights) => ledger.weightsCommitHash(weights),
    optional: ['weights.mechanism'],
    alsoRight: { 'weights.uids': [[]], 'weights.values': [[]], 'weights.salt': [[]] },
    alsoWrong: {
      'weights.hotkey': ['alice'],
      'weights.netuid': u16s,
      'weights.mechanism': u16s,
      'weights.uids[0]': u16s,
      'weights.values[0]': u16s,
      'weights.salt[0]': u16s,
      'weights.versionKey': wholes,
    },
  },
  timelockedWeightsText: {
    params: ['weights'],
    args: () => [{ hotkey: alice.address, uids: [1], values: [2], versionKey: 0 }],
    call: (weights: ledger.TimelockedWeights) => ledger.timelockedWeightsText(weights),
    alsoWrong: {
      'weights.hotkey': ['alice'],
      'weights.values': [[], [2, 3]],
      'weights.uids[0]': u16s,
      'weights.values[0]': u16s,
      'weights.versionKey': wholes,
    },
  },
  describeCalls: 'takes nothing',
  describeHyperparameters: 'takes nothing',
  describeRefusals: 'takes nothing',
  refuse: {
    params: ['error', 'data'],
    args: () => ['SubnetNotExists', { netuid: 1 }],
    call: ledger.refuse,
    // What decided is the ledger's own; its kind is for the compiler.
    free: ['data.netuid'],
  },
  epochParamsFrom: {
    params: ['hyperparameters', 'options'],
    args: () => [config.hyperparameters, { stakeThresholdRao: 1n, taoWeightU64: 1n }],
    call: ledger.epochParamsFrom,
    optional: ['options', 'options.stakeThresholdRao', 'options.taoWeightU64'],
    alsoRight: { options: [{}] },
    alsoWrong: {
      ...wrongSettings('hyperparameters', config.hyperparameters),
      'options.stakeThresholdRao': amounts,
      'options.taoWeightU64': amounts,
    },
  },
})
