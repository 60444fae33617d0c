import { addressOf, bytesOfHex } from '../../../src/crypto/index.js'
import { CALL_TABLE, type CallName } from '../../../src/ledger/calls/callTable.js'
import {
  coldkeyHash,
  SUBNET_SYMBOLS,
  type TestCall,
  timelockedWeightsText,
  weightsCommitHash,
} from '../../../src/ledger/index.js'
import { subnetAccount } from '../../../src/ledger/state/account.js'
import type { SeededRandom } from '../../../src/math/index.js'
import {
  type Address,
  asColdkey,
  asHotkey,
  type Coldkey,
  RAO_PER_TAO,
  U64_MAX,
} from '../../../src/units/index.js'

/** Who there is: each coldkey brings hotkeys of its own, so that many calls meet what they may touch. */
export interface People {
  readonly coldkeys: readonly Address[]
  /** Hotkeys, `hotkeysEach` of every coldkey in turn. */
  readonly hotkeys: readonly Address[]
  readonly root: Address
  /** Who takes the place of coldkeys, and does nothing itself. */
  readonly spares: readonly Address[]
}

/** What of the chain a call is made up from. */
export interface Surroundings {
  readonly block: number
  readonly netuids: readonly number[]
  readonly positions: readonly Place[]
  /** Hotkeys by uid. */
  neurons(netuid: number): readonly Address[]
  owner(netuid: number): Address | undefined
}

/** Stake that somebody has. */
export interface Place {
  readonly netuid: number
  readonly hotkey: Address
  readonly coldkey: Address
}

/** An account that nobody can sign for. */
const accountOfSubnet = (netuid: number): Address => addressOf(bytesOfHex(subnetAccount(netuid)))

/** Calls that go on with stake which is there. */
const OF_POSITIONS = new Set([
  'removeStake',
  'removeStakeLimit',
  'removeStakeFullLimit',
  'unstakeAll',
  'unstakeAllAlpha',
  'moveStake',
  'transferStake',
  'swapStake',
  'swapStakeLimit',
  'recycleAlpha',
  'burnAlpha',
  'lockStake',
])

/** Calls of a subnet's owner. */
const OF_OWNERS = new Set([
  'startSubnet',
  'setHyperparameter',
  'triggerEpoch',
  'setMechanismEmissionSplit',
  'trimUids',
  'setSubnetOwnerHotkey',
  'setSubnetIdentity',
  'setAlphaValues',
  'updateSymbol',
])

/** Calls of registered hotkeys. */
const OF_HOTKEYS = new Set([
  'setWeights',
  'batchSetWeights',
  'serveAxon',
  'serveAxonTls',
  'servePrometheus',
  'setCommitment',
])

/** Commits that are remembered, to be revealed. */
const REMEMBERED = 24

interface HiddenRow {
  readonly uids: readonly number[]
  readonly values: readonly number[]
  readonly salt: readonly number[]
  readonly versionKey: number
}

/** What was committed, by whom and where. */
interface Committed {
  readonly signer: Address
  readonly netuid: number
  readonly mechanism: number
  readonly row: HiddenRow
}

/** Calls that root may make, or root alone. */
const OF_ROOT = new Set([
  'dissolveNetwork',
  'setEmissionEnabled',
  'setSubtokenEnabled',
  'setRecycledRao',
  'setHyperparameter',
  'setMechanismEmissionSplit',
  'trimUids',
  'resetColdkeySwap',
  'setAlphaValues',
  'updateSymbol',
])

const NO_SUBNET = 77

/** How often each kind is made, of about 200; what is not here once. */
const WEIGHTS: { readonly [name: string]: number } = {
  transfer: 4,
  registerSubnet: 3,
  startSubnet: 4,
  registerNeuron: 14,
  rootRegister: 4,
  addStake: 26,
  addStakeLimit: 8,
  removeStake: 12,
  removeStakeLimit: 6,
  moveStake: 6,
  swapStake: 6,
  swapStakeLimit: 4,
  transferStake: 6,
  setWeights: 24,
  batchSetWeights: 3,
  commitWeights: 8,
  setCommitment: 3,
  batchCommitWeights: 3,
  revealWeights: 10,
  batchRevealWeights: 4,
  setChildren: 8,
  setChildkeyTake: 3,
  lockStake: 8,
  moveLock: 3,
  setPerpetualLock: 3,
  claimRoot: 4,
  setRootClaimType: 3,
  setHyperparameter: 6,
  swapHotkey: 4,
  announceColdkeySwap: 2,
  swapColdkeyAnnounced: 2,
  overrideHyperparameter: 3,
  overrideBalance: 2,
}

/** Rare, since one undoes what many others built up. */
const RARE = new Set([
  'dissolveNetwork',
  'overrideDissolve',
  'unstakeAll',
  'unstakeAllAlpha',
  'setSubtokenEnabled',
])

const SETTINGS: readonly (readonly [name: string, value: number | bigint | boolean])[] = [
  ['tempoBlocks', 5],
  ['tempoBlocks', 13],
  ['yuma3Enabled', false],
  ['yuma3Enabled', true],
  ['ownerIncentiveIsRecycled', true],
  ['ownerIncentiveIsRecycled', false],
  ['ownerCutEnabled', false],
  ['ownerCutEnabled', true],
  ['ownerCutAutoLockEnabled', true],
  ['liquidAlphaEnabled', true],
  ['maxAllowedUids', 8],
  ['maxAllowedUids', 12],
  ['maxAllowedUids', 6],
  ['mechanismCount', 2],
  ['bondsResetEnabled', true],
  ['burnHalfLifeBlocks', 3],
  ['kappaU16', 20_000],
  ['commitRevealEnabled', true],
  ['commitRevealEnabled', true],
  ['commitRevealEnabled', false],
  ['minBurnRao', 1_000_000n],
  ['transfersEnabled', false],
  ['transfersEnabled', true],
  ['registrationAllowed', true],
  ['minChildkeyTakeU16', 500],
  ['rootClaimThresholdAlpha', 10n],
  ['immunityPeriodBlocks', 4],
  ['activityCutoffFactorMilli', 50_000],
]

/** Random calls of every kind that the ledger has, valid ones and others: a function of the stream alone. */
export class RandomCalls {
  readonly #random: SeededRandom
  readonly #people: People
  readonly #names: readonly CallName[]
  readonly #committed: Committed[] = []

  constructor(random: SeededRandom, people: People) {
    this.#random = random
    this.#people = people
    const names = Object.keys(CALL_TABLE) as CallName[]
    this.#names = names.flatMap((name) => Array<CallName>(WEIGHTS[name] ?? 1).fill(name))
  }

  next(around: Surroundings): TestCall {
    const random = this.#random
    const name = random.pick(this.#names)
    if (RARE.has(name) && random.int(6) > 0) return this.next(around)
    const { coldkeys } = this.#people
    const held = OF_POSITIONS.has(name) && around.positions.length > 0 && random.int(4) > 0
    const place = held ? random.pick(around.positions) : undefined
    const netuid = place?.netuid ?? this.#netuid(around)
    const coldkey = place === undefined ? random.int(coldkeys.length) : coldkeys.indexOf(place.coldkey)
    const hidden = this.#hidden(name, netuid, this.#validator(netuid, coldkey, around), around)
    if (hidden !== undefined) return hidden
    const args: { [field: string]: unknown } = {}
    const { fields } = CALL_TABLE[name]
    for (const [field, kind] of Object.entries(fields)) {
      const mayBeNull = kind.type === 'bigint | null' || kind.type === 'number | null'
      const isLeftOut = mayBeNull && random.int(2) === 0
      args[field] = isLeftOut ? null : this.#valueOf(field, { netuid, coldkey, around })
    }
    if (place !== undefined) args['fromHotkey' in fields ? 'fromHotkey' : 'hotkey'] = place.hotkey
    if (name === 'setIdentity') args.name = 'x'.repeat(random.int(300))
    if (name.endsWith('Hyperparameter')) [args.name, args.value] = random.pick(SETTINGS)
    if (args.values !== undefined) args.values = (args.uids as number[]).map(() => 1 + random.int(65_535))
    const owner = OF_OWNERS.has(name) && random.int(4) > 0 ? around.owner(netuid) : undefined
    const signer = OF_HOTKEYS.has(name)
      ? this.#validator(netuid, coldkey, around)
      : this.#signer(name, coldkey)
    return { signer: owner ?? signer, name, args } as unknown as TestCall
  }

  /** Commits, locked to a time too, and reveals of what was committed: those in their epoch by chance, of what is remembered. */
  #hidden(name: CallName, netuid: number, signer: Address, around: Surroundings): TestCall | undefined {
    if (name === 'commitWeights' || name === 'batchCommitWeights') {
      const mechanism = name === 'commitWeights' ? this.#mechanism() : 0
      const row = this.#row(netuid, around)
      this.#committed.push({ signer, netuid, mechanism, row })
      if (this.#committed.length > REMEMBERED) this.#committed.shift()
      const commitHash = weightsCommitHash({ hotkey: asHotkey(signer), netuid, mechanism, ...row })
      const args =
        name === 'commitWeights'
          ? { netuid, mechanism, commitHash }
          : {
              entries: [
                { netuid, commitHash },
                { netuid: this.#netuid(around), commitHash },
              ],
            }
      return { signer, name, args } as TestCall
    }
    if (name === 'commitTimelockedWeights') {
      const { salt: _, ...row } = this.#row(netuid, around)
      const text = timelockedWeightsText({ hotkey: asHotkey(signer), ...row })
      // Now and then one that cannot be read, and a version that the chain does not take.
      const commit = this.#random.int(4) === 0 ? text.subarray(0, this.#random.int(40)) : text
      const revealRound = Math.max(1, around.block - 2 + this.#random.int(12))
      const version = this.#random.int(8) === 0 ? 3 : 4
      return {
        signer,
        name,
        args: { netuid, mechanism: this.#mechanism(), commit, revealRound, version },
      } as TestCall
    }
    if (name !== 'revealWeights' && name !== 'batchRevealWeights') return undefined
    const isUnknown = this.#committed.length === 0 || this.#random.int(8) === 0
    const given = { signer, netuid, mechanism: this.#mechanism(), row: this.#row(netuid, around) }
    const { row, mechanism, ...known } = isUnknown ? given : this.#random.pick(this.#committed)
    const args =
      name === 'revealWeights'
        ? { netuid: known.netuid, mechanism, ...row }
        : { netuid: known.netuid, reveals: [row] }
    return { signer: known.signer, name, args } as TestCall
  }

  /** Mostly somebody with a uid there. */
  #validator(netuid: number, coldkey: number, around: Surroundings): Address {
    const members = around.neurons(netuid)
    const isMember = members.length > 0 && this.#random.int(4) > 0
    return isMember ? this.#random.pick(members) : this.#hotkey(coldkey)
  }

  #row(netuid: number, around: Surroundings): HiddenRow {
    const uids = this.#uids(around.neurons(netuid).length)
    const values = uids.map(() => 1 + this.#random.int(65_535))
    return { uids, values, salt: [this.#random.int(65_536)], versionKey: 0 }
  }

  #mechanism(): number {
    return this.#random.int(6) === 0 ? 1 : 0
  }

  #signer(name: CallName, coldkey: number): Address {
    const { coldkeys, root } = this.#people
    return OF_ROOT.has(name) && this.#random.int(2) === 0 ? root : coldkeys[coldkey]!
  }

  #valueOf(
    field: string,
    { netuid, coldkey, around }: { netuid: number; coldkey: number; around: Surroundings },
  ): unknown {
    const random = this.#random
    const { coldkeys } = this.#people
    switch (field) {
      case 'netuid':
      case 'fromNetuid':
        return netuid
      case 'toNetuid':
        return random.int(3) === 0 ? netuid : this.#netuid(around)
      case 'hotkey':
      case 'fromHotkey':
        return asHotkey(this.#hotkey(random.int(3) > 0 ? coldkey : random.int(coldkeys.length)))
      case 'oldHotkey':
      case 'newHotkey':
        return asHotkey(this.#hotkey(coldkey))
      case 'coldkey':
        return asColdkey(coldkeys[coldkey]!)
      case 'newColdkey':
        return asColdkey(this.#spareOf(coldkey))
      case 'newColdkeyHash':
        return coldkeyHash(this.#spareOf(coldkey))
      case 'toHotkey':
        return asHotkey(this.#hotkey(random.int(coldkeys.length)))
      case 'to':
      case 'toColdkey':
        return random.int(12) === 0 ? asColdkey(accountOfSubnet(this.#netuid(around))) : this.#coldkey()
      case 'account':
        return this.#coldkey()
      case 'amountRao':
      case 'balanceRao':
      case 'recycledRao':
        return this.#amount(10n ** 14n)
      case 'amountAlpha':
        return random.int(4) === 0 ? U64_MAX : this.#amount(10n ** 13n)
      case 'limitRao':
        return this.#amount(100n * RAO_PER_TAO)
      case 'limitRaoPerAlpha':
        return BigInt(random.int(2_000)) * 1_000_000n
      case 'limitE9':
        return BigInt(random.int(3_000)) * 1_000_000n
      case 'keepStake':
      case 'allowPartial':
      case 'enabled':
        return random.int(4) > 0
      case 'takeU16':
        return random.int(12_500)
      case 'maxAllowedUids':
        return 1 + random.int(12)
      case 'mechanism':
        return this.#mechanism()
      case 'lowU16':
        return random.int(40_000)
      case 'highU16':
        return random.int(65_536)
      case 'symbol':
        return random.pick(['?', 'Τ', ...SUBNET_SYMBOLS.slice(1, 40)])
      case 'entries':
        return [netuid, this.#netuid(around)].map((at) => {
          const { salt: _, ...row } = this.#row(at, around)
          return { netuid: at, ...row }
        })
      case 'splitU16':
        return random.pick([null, [65_535], [40_000, 25_535], [1, 2, 3]])
      case 'uids':
      case 'values':
        return this.#uids(around.neurons(netuid).length)
      case 'versionKey':
        return 0
      case 'netuids':
      case 'keptNetuids':
        return Array.from({ length: 1 + random.int(3) }, () => this.#netuid(around)).filter(isFirst)
      case 'rootClaim':
        return random.pick(['Swap', 'Keep', 'KeepSubnets'])
      case 'children':
        return this.#children()
      case 'ip':
        return random.pick(['127.0.0.1', '10.1.2.3', 'nowhere'])
      case 'port':
        return random.int(65_536)
      case 'protocol':
      case 'placeholder1':
      case 'placeholder2':
        return random.int(256)
      case 'blockNumber':
      case 'nonce':
        return random.int(1_000)
      case 'work':
        return new Uint8Array(32)
      case 'url':
      case 'githubRepo':
      case 'image':
      case 'discord':
      case 'description':
      case 'additional':
      case 'subnetName':
      case 'subnetContact':
      case 'subnetUrl':
      case 'logoUrl':
        return 'x'.repeat(random.int(60) === 0 ? 1_025 : random.int(40))
      case 'fields':
        return [
          { kind: random.pick(['Raw', 'BigRaw']), data: new Uint8Array(random.int(129)) },
          {
            kind: 'TimelockEncrypted',
            data: new Uint8Array(random.int(60)),
            revealRound: Math.max(1, around.block - 2 + random.int(12)),
          },
          { kind: 'ResetBondsFlag', data: new Uint8Array(0) },
        ].slice(random.int(4))
      case 'certificate':
        return new Uint8Array(random.int(70))
      case 'version':
        return random.int(1_000)
      case 'name':
      case 'value':
        return null
      default:
        throw new RangeError(`No random value is known for the field ${field}: add it here.`)
    }
  }

  #coldkey(): Coldkey {
    return asColdkey(this.#random.pick(this.#people.coldkeys))
  }

  #netuid({ netuids }: Surroundings): number {
    const among = this.#random.int(40)
    if (among === 0 || netuids.length === 0) return NO_SUBNET
    return among < 8 ? 0 : this.#random.pick(netuids)
  }

  #spareOf(coldkey: number): Address {
    const { spares } = this.#people
    return spares[coldkey % spares.length]!
  }

  #hotkey(coldkey: number): Address {
    const { coldkeys, hotkeys } = this.#people
    const each = hotkeys.length / coldkeys.length
    return hotkeys[coldkey * each + this.#random.int(each)]!
  }

  /** As often small as large, and now and then at a bound. */
  #amount(most: bigint): bigint {
    const random = this.#random
    if (random.int(12) === 0) return random.pick([0n, 1n, 499n, 500n, 1_999_999n, 2_000_000n, U64_MAX])
    const digits = 5 + random.int(most.toString().length - 5)
    return (BigInt(random.nextU32()) * 10n ** BigInt(digits)) / 2n ** 32n
  }

  #uids(n: number): number[] {
    const random = this.#random
    const wanted = Array.from({ length: 1 + random.int(4) }, () =>
      random.int(Math.max(1, n) + (random.int(9) === 0 ? 1 : 0)),
    )
    return wanted.filter(isFirst)
  }

  #children(): { hotkey: string; proportionU64: bigint }[] {
    const random = this.#random
    const count = random.int(20) === 0 ? 6 : random.int(4)
    const parts = random.int(20) === 0 ? 1 : Math.max(1, count)
    return Array.from({ length: count }, () => ({
      hotkey: asHotkey(random.pick(this.#people.hotkeys)),
      proportionU64: (U64_MAX / BigInt(parts) / 8n) * BigInt(1 + random.int(8)),
    }))
  }
}

function isFirst<T>(value: T, at: number, list: readonly T[]): boolean {
  return list.indexOf(value) === at
}
