import { referencePreset } from 'subnetkit/chain'
import { keyPairFromUri } from 'subnetkit/crypto'
import { epochFunction } from 'subnetkit/engine'
import { type ChainConfig, Ledger, type RuleSet, type TestCall } from 'subnetkit/ledger'
import { asHotkey, type Netuid, parseTao, type Rao } from 'subnetkit/units'

/** What a subnet got of the TAO of one block, in its pool and for purchases of the chain's. */
export interface SubnetTao {
  readonly netuid: Netuid
  readonly taoRao: Rao
}

/** One run of the same history. */
export interface RuleRun {
  readonly rules: string
  /** Of the last block. */
  readonly subnets: readonly SubnetTao[]
  readonly stateHash: string
  readonly broken: readonly string[]
}

/** TAO that customers of each subnet spend on its alpha. */
const DEMAND_TAO = [400, 200, 100, 50]

/** Plays the same calls under each of some rules, one chain per rule set; `undefined` are those that every ledger comes with. */
export function compareRules(rules: readonly (RuleSet | undefined)[], blocks: number): RuleRun[] {
  return rules.map((set) => played(set, blocks))
}

function played(rules: RuleSet | undefined, blocks: number): RuleRun {
  const config: ChainConfig = {
    ...referencePreset.config,
    chainId: 'rules',
    ...(rules === undefined ? {} : { rules: rules.name }),
    // A twentieth of what is left, a block, so that averages are worth comparing soon.
    movingAlphaBits: 2n ** 32n / 20n,
    networkRateLimitBlocks: 0,
    emissionEnabledAtRegistration: true,
    testOriginAllowed: true,
    callOrder: 'given',
    hyperparameters: { ...referencePreset.config.hyperparameters, emaPriceHalvingBlocks: 1 },
  }
  const owner = keyPairFromUri('//owner', { scheme: 'ed25519' }).address
  const hotkeys = DEMAND_TAO.map((_, at) =>
    asHotkey(keyPairFromUri(`//hotkey//${at}`, { scheme: 'ed25519' }).address),
  )
  const ledger = new Ledger(
    { config, endowments: [{ address: owner, balanceRao: parseTao(100_000) }], seed: 'rules' },
    { runEpoch: epochFunction(), ...(rules === undefined ? {} : { rules }) },
  )
  const make = (calls: readonly TestCall[]): void => {
    const { receipts } = ledger.finalizeBlock(calls.map((call) => ledger.testCall(call)))
    const refused = receipts.find(({ refusal }) => refusal !== null)?.refusal
    if (refused != null) throw new Error(`${refused.error}: ${refused.detail}`)
    ledger.commit()
  }
  for (const hotkey of hotkeys) make([{ signer: owner, name: 'registerSubnet', args: { hotkey } }])
  const netuids = hotkeys.map((_, at) => at + 1)
  make(netuids.map((netuid) => ({ signer: owner, name: 'startSubnet', args: { netuid } })))
  make(
    netuids.map((netuid, at) => ({
      signer: owner,
      name: 'addStake',
      args: { netuid, hotkey: hotkeys[at]!, amountRao: parseTao(DEMAND_TAO[at]!) },
    })),
  )
  while (ledger.info().head.number < blocks) make([])
  return {
    rules: ledger.config.rules,
    subnets: netuids.map((netuid) => {
      const { taoInRao = 0n, excessRao = 0n } = ledger.query('subnet', { netuid })?.lastInjection ?? {}
      return { netuid, taoRao: taoInRao + excessRao }
    }),
    stateHash: ledger.info().head.stateHash,
    broken: ledger.query('invariants', {}).broken,
  }
}
