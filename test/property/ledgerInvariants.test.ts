import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { localnetPreset } from '../../src/chain/index.js'
import { runEpoch } from '../../src/consensus/index.js'
import { Ledger, signCall } from '../../src/ledger/index.js'
import { decodeSnapshot } from '../../src/ledger/snapshot.js'
import { accountOf } from '../../src/ledger/state/account.js'
import { Metagraph } from '../../src/metagraph/index.js'
import { asHotkey, RAO_PER_TAO } from '../../src/units/index.js'
import { keyOf, signedNow } from '../unit/ledger/harness.js'

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g'] as const
const KEYS = NAMES.map(keyOf)
const CHAIN_ID = 'property'

/** Small limits, so that short histories reach full subnets, replacements and many epochs. */
const preset = localnetPreset({
  chainId: CHAIN_ID,
  config: { minStakeRao: 1_000n, subnetLimit: 2, networkMinLockRao: RAO_PER_TAO, maxAllowedUidsCeiling: 8 },
  hyperparameters: {
    tempoBlocks: 3,
    immunityPeriodBlocks: 6,
    weightsSetRateLimitBlocks: 0,
    servingRateLimitBlocks: 2,
    maxAllowedUids: 4,
    minAllowedUids: 1,
    minNonImmuneUids: 1,
    maxAllowedValidators: 3,
  },
})

interface Step {
  readonly signer: number
  readonly name: string
  readonly hotkey: number
  readonly netuid: number
  readonly amount: bigint
  readonly number: number
  readonly list: readonly number[]
  /** How the call is spoiled on its way, if at all. */
  readonly spoil: 'none' | 'nonce' | 'chain' | 'history' | 'expired' | 'signature' | 'bytes'
}

const amount = fc.oneof(
  fc.bigInt({ min: 0n, max: 3_000n }),
  fc.bigInt({ min: 0n, max: 10n ** 10n }),
  fc.bigInt({ min: 0n, max: 10n ** 10n }),
  fc.bigInt({ min: 0n, max: 2_000n * RAO_PER_TAO }),
  fc.constantFrom(499n, 500n, 1_000n, 1_000n * RAO_PER_TAO),
)

const step: fc.Arbitrary<Step> = fc.record({
  signer: fc.nat(NAMES.length - 1),
  name: fc.constantFrom(
    'transfer',
    'registerSubnet',
    'startSubnet',
    'registerNeuron',
    'registerNeuron',
    'serveAxon',
    'addStake',
    'addStake',
    'addStake',
    'addStake',
    'removeStake',
    'removeStake',
    'removeStake',
    'setWeights',
    'setWeights',
    'setHyperparameter',
    'decreaseTake',
  ),
  hotkey: fc.nat(NAMES.length - 1),
  netuid: fc.constantFrom(0, 1, 1, 1, 1, 1, 1, 1, 2, 2, 3),
  amount,
  number: fc.nat(70_000),
  list: fc.uniqueArray(fc.nat(5), { maxLength: 5 }),
  spoil: fc.oneof(
    { weight: 12, arbitrary: fc.constant('none' as const) },
    { weight: 1, arbitrary: fc.constantFrom('nonce', 'chain', 'history', 'expired', 'signature', 'bytes') },
  ),
})

const SETTINGS: readonly (readonly [string, number | bigint | boolean])[] = [
  ['tempoBlocks', 2],
  ['yuma3Enabled', false],
  ['ownerIncentiveIsRecycled', true],
  ['ownerCutEnabled', false],
  ['liquidAlphaEnabled', true],
  ['maxAllowedUids', 6],
  ['burnHalfLifeBlocks', 1],
  ['kappaU16', 1],
  ['minBurnRao', 100n],
]

function argsOf(step: Step): object {
  const { netuid, amount } = step
  const hotkey = asHotkey(KEYS[step.hotkey]!.address)
  const u16 = step.number % 65_536
  switch (step.name) {
    case 'transfer':
      return { to: hotkey, amountRao: amount }
    case 'registerSubnet':
      return { hotkey }
    case 'startSubnet':
      return { netuid }
    case 'registerNeuron':
      return { netuid, hotkey, limitRao: u16 % 5 === 0 ? amount : null }
    case 'serveAxon':
      return { netuid, ip: u16 % 4 === 0 ? 'nowhere' : '127.0.0.1', port: u16, version: 1 }
    case 'addStake':
      return { netuid, hotkey, amountRao: amount }
    case 'removeStake':
      return { netuid, hotkey, amountAlpha: amount }
    case 'setWeights':
      return {
        netuid,
        uids: step.list,
        values: step.list.map((uid) => (uid * 977 + u16) % 65_536),
        versionKey: 0,
      }
    case 'setHyperparameter': {
      const [name, value] = SETTINGS[u16 % SETTINGS.length]!
      return { netuid, name, value }
    }
    default:
      return { hotkey, takeU16: u16 % 12_000 }
  }
}

/** A chain in which the first accounts found and staff a subnet, so that random calls meet something. */
class World {
  readonly ledger: Ledger
  readonly #nonces: number[]

  private constructor(ledger: Ledger, nonces: readonly number[]) {
    this.ledger = ledger
    this.#nonces = [...nonces]
  }

  static found(): World {
    const ledger = new Ledger(
      {
        config: preset.config,
        endowments: KEYS.slice(0, 5).map(({ address }, index) => ({
          address,
          balanceRao: 10n ** BigInt(11 + index) + 7n,
        })),
      },
      { runEpoch },
    )
    const world = new World(
      ledger,
      KEYS.map(() => 0),
    )
    world.#staff()
    return world
  }

  /** The same world again, from its snapshot. */
  copy(): World {
    return new World(Ledger.restore(this.ledger.snapshot(), { runEpoch }), this.#nonces)
  }

  #staff(): void {
    // One call per block: subnet 1 is of account 4, subnet 2 of account 3.
    for (const owner of [4, 3])
      this.make([this.plain(owner, 'registerSubnet', { hotkey: this.hotkey(owner) })])
    this.make([this.plain(4, 'startSubnet', { netuid: 1 }), this.plain(3, 'startSubnet', { netuid: 2 })])
    for (const hotkey of [5, 6]) {
      this.make([this.plain(3, 'registerNeuron', { netuid: 1, hotkey: this.hotkey(hotkey), limitRao: null })])
    }
    this.make([this.plain(3, 'addStake', { netuid: 1, hotkey: this.hotkey(5), amountRao: 10n ** 12n + 1n })])
    for (let count = 0; count < 4; count++) this.make([])
    // The staked hotkey has its permit now: it values the owner's neuron and the other one.
    const weights = { netuid: 1, uids: [0, 2], values: [1, 3], versionKey: 0 }
    this.make([this.plain(5, 'setWeights', weights)])
  }

  hotkey(index: number) {
    return asHotkey(KEYS[index]!.address)
  }

  plain(signer: number, name: string, args: object): Uint8Array {
    return this.#sign(signer, name, args, { nonce: this.#nonces[signer]!++ })
  }

  sign(step: Step): Uint8Array {
    const { signer, spoil } = step
    const nonce = this.#nonces[signer]!
    if (spoil === 'none') this.#nonces[signer]!++
    const bytes = this.#sign(signer, step.name, argsOf(step), {
      nonce: spoil === 'nonce' ? Math.max(0, nonce - 1 - (step.number % 2)) : nonce,
      ...(spoil === 'chain' ? { genesisHash: 'ab'.repeat(32) } : {}),
      ...(spoil === 'history' ? { recentBlockHash: 'ab'.repeat(32) } : {}),
      ...(spoil === 'expired' ? { expiryBlock: 0 } : {}),
    })
    if (spoil === 'signature') bytes[bytes.length - 1 - (step.number % 60)]! ^= 1
    if (spoil === 'bytes') return bytes.subarray(0, step.number % bytes.length)
    return bytes
  }

  make(calls: readonly Uint8Array[]): ReturnType<Ledger['finalizeBlock']> {
    const made = this.ledger.finalizeBlock(calls)
    this.ledger.commit()
    return made
  }

  #sign(signer: number, name: string, args: object, overrides: object): Uint8Array {
    const call = { ...signedNow(this.ledger), name, args, ...overrides }
    return signCall(KEYS[signer]!, call as never)
  }
}

function checkBlock({ ledger }: World): void {
  expect(ledger.query('invariants', {}).broken).toEqual([])
  for (const netuid of ledger.query('totals', {}).netuids) {
    // A LocalChain takes these columns over unchecked.
    expect(() => new Metagraph(ledger.query('metagraph', { netuid })!)).not.toThrow()
  }
}

const founded = World.found()

const history = fc.array(fc.array(step, { maxLength: 4 }), { minLength: 10, maxLength: 30 })

/** What the random calls reached, so that a history of refusals cannot pass for a test. */
class Reach {
  readonly seen = new Set<string>()

  note(made: ReturnType<World['make']>): void {
    for (const { callName, refusal, events } of made.receipts) {
      this.seen.add(`${callName} ${refusal === null ? 'applied' : 'refused'}`)
      for (const { name } of events) this.seen.add(name)
    }
    for (const { refusal } of made.dropped) this.seen.add(refusal.error)
    for (const { name, data } of made.events) {
      this.seen.add(name === 'EmissionPaid' ? `${name} ${data.kind}` : name)
    }
  }
}

const REACHED = [
  ...[
    'addStake',
    'removeStake',
    'registerNeuron',
    'setWeights',
    'serveAxon',
    'setHyperparameter',
    'decreaseTake',
  ]
    .concat('transfer')
    .flatMap((name) => [`${name} applied`, `${name} refused`]),
  ...['ownerCut', 'incentive', 'dividend', 'take'].map((kind) => `EmissionPaid ${kind}`),
  ...['EpochRan', 'NeuronReplaced', 'MinerBurned'],
  ...['BadSignature', 'Expired', 'MalformedCall', 'StaleNonce', 'WrongChain', 'AncientBirthBlock'],
]

describe('the ledger under random calls', () => {
  /** Every history of the series, and what its calls reached. */
  function keepInvariants(series: fc.Parameters<[Step[][]]>): Reach {
    const reach = new Reach()
    fc.assert(
      fc.property(history, (blocks) => {
        const world = founded.copy()
        for (const steps of blocks) {
          const made = world.make(steps.map((s) => world.sign(s)))
          reach.note(made)
          checkBlock(world)
        }
      }),
      series,
    )
    return reach
  }

  it('keeps every invariant after every block', () => {
    keepInvariants({ numRuns: 15 })
  }, 120_000)

  // One series for ever: whether a call comes through must not hang on chance.
  it('keeps them in a series of histories that reaches every kind of call and payment', () => {
    const { seen } = keepInvariants({ numRuns: 60, seed: 1 })
    expect(REACHED.filter((name) => !seen.has(name))).toEqual([])
  }, 120_000)

  it('keeps nothing of a refused call but its nonce', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 15 }), (steps) => {
        let world = founded.copy()
        for (const each of steps) {
          const empty = world.copy()
          const { receipts } = world.make([world.sign(each)])
          empty.make([])
          const [receipt] = receipts
          if (receipt === undefined || receipt.refusal === null) continue
          const account = accountOf(receipt.signer)
          const expected = decodeSnapshot(empty.ledger.snapshot()).state
          expected.setNonce(account, receipt.nonce + 1)
          expect(decodeSnapshot(world.ledger.snapshot()).state.root()).toBe(expected.root())
          world = world.copy()
        }
      }),
      { numRuns: 15 },
    )
  }, 120_000)

  it('ends in the same state whatever the order of arrival, and through a snapshot', () => {
    fc.assert(
      fc.property(history, fc.nat(), (blocks, salt) => {
        const world = founded.copy()
        const mirror = founded.copy()
        let restored = Ledger.restore(world.ledger.snapshot(), { runEpoch })
        for (const [index, steps] of blocks.entries()) {
          const calls = steps.map((s) => world.sign(s))
          const rotated = calls.map((_, at) => calls[(at + salt) % calls.length]!).reverse()
          const { header } = world.make(calls)
          expect(mirror.make(rotated).header).toEqual(header)
          expect(restored.finalizeBlock(calls).header).toEqual(header)
          restored.commit()
          if (index % 7 === 0) restored = Ledger.restore(restored.snapshot(), { runEpoch })
        }
      }),
      { numRuns: 10 },
    )
  }, 120_000)
})
