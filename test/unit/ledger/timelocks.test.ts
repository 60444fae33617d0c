import { describe, expect, it } from 'vitest'
import { localnetPreset } from '../../../src/chain/index.js'
import { runEpoch } from '../../../src/consensus/index.js'
import { blake2b256, hexOf, publicKeyOf } from '../../../src/crypto/index.js'
import {
  type BlockInput,
  type CallArgs,
  type CallName,
  type FinalizedBlock,
  Ledger,
  type LedgerOptions,
  signCall,
  type TimelockText,
  timelockedWeightsText,
} from '../../../src/ledger/index.js'
import { ScaleWriter } from '../../../src/ledger/weights/ScaleWriter.js'
import { Beacon, decryptTimelock, encryptTimelock, verifyPulse } from '../../../src/timelock/index.js'
import { asHotkey, RAO_PER_TAO } from '../../../src/units/index.js'
import { eventsOf } from '../../support/events.js'
import { keyOf, signedNow } from './harness.js'

const TEMPO = 10
const beacon = Beacon.fromSecretKey(new Uint8Array(32).fill(7))
const options: LedgerOptions = { runEpoch, timelock: { verifyPulse, decryptTimelock } }
const hotkey = asHotkey(keyOf('v').address)

/** Subnet 1 of Alice, which hides weights, with Bob's hotkey v (uid 1, staked, with a permit). */
class Chain {
  readonly ledger: Ledger
  readonly #nonces = new Map<string, number>()

  constructor(config: { readonly hasBeacon?: boolean; readonly timelockRevealsPerBlock?: number } = {}) {
    const { hasBeacon = true, timelockRevealsPerBlock = null } = config
    const preset = localnetPreset()
    this.ledger = new Ledger(
      {
        config: {
          ...preset.config,
          timelockBeacon: hasBeacon ? hexOf(beacon.publicKey) : null,
          timelockRevealsPerBlock,
          hyperparameters: {
            ...preset.config.hyperparameters,
            commitRevealEnabled: true,
            weightsSetRateLimitBlocks: 0,
            tempoBlocks: TEMPO,
          },
        },
        endowments: ['alice', 'bob'].map((name) => ({
          address: keyOf(name).address,
          balanceRao: 1_000_000n * RAO_PER_TAO,
        })),
      },
      options,
    )
    this.call('alice', 'registerSubnet', { hotkey: asHotkey(keyOf('alice-hot').address) })
    this.call('alice', 'startSubnet', { netuid: 1 })
    this.call('bob', 'registerNeuron', { netuid: 1, hotkey, limitRao: null })
    this.call('bob', 'addStake', { netuid: 1, hotkey, amountRao: 100n * RAO_PER_TAO })
    this.untilEpoch()
    this.block()
  }

  block(input: BlockInput = {}, calls: readonly Uint8Array[] = []): FinalizedBlock {
    const made = this.ledger.finalizeBlock(calls, input)
    this.ledger.commit()
    return made
  }

  call<N extends CallName>(signer: string, name: N, args: CallArgs[N]): string | null {
    return this.calls(signer, name, [args])[0]!
  }

  /** The errors of several calls in one block. */
  calls<N extends CallName>(signer: string, name: N, list: readonly CallArgs[N][]): (string | null)[] {
    const nonce = this.#nonces.get(signer) ?? 0
    const signed = list.map((args, at) =>
      signCall(keyOf(signer), { ...signedNow(this.ledger), nonce: nonce + at, name, args }),
    )
    this.#nonces.set(signer, nonce + list.length)
    return this.block({}, signed).receipts.map(({ refusal }) => refusal?.error ?? null)
  }

  /** Goes on until the next block holds an epoch. */
  untilEpoch(): void {
    while (
      this.ledger.query('subnet', { netuid: 1 })!.nextEpochBlock !==
      this.ledger.info().head.number + 1
    ) {
      this.block()
    }
  }

  get weights(): number[] {
    return [...this.ledger.query('metagraph', { netuid: 1 })!.weights.value]
  }
}

const text = (values = [1, 2]): Uint8Array =>
  timelockedWeightsText({ hotkey, uids: [0, 1], values, versionKey: 0 })
/** What nobody of good will would write. */
const unevenText = (): Uint8Array =>
  new ScaleWriter().bytes(publicKeyOf(hotkey)).u16s([0, 1]).u16s([1]).u64(0n).taken()
const locked = (round: number, what = text()): Uint8Array =>
  encryptTimelock(what, { round, publicKey: beacon.publicKey })

const commit = (chain: Chain, bytes: Uint8Array, revealRound: number) =>
  chain.call('v', 'commitTimelockedWeights', { netuid: 1, commit: bytes, revealRound })

/** What whoever makes the next block does: opens what the pulses open. */
function inputOf(chain: Chain, ...rounds: readonly number[]): Required<Pick<BlockInput, 'pulses' | 'texts'>> {
  const pulses = rounds.map((round) => beacon.pulse(round))
  const { entries } = chain.ledger.query('timelocksDue', { rounds })
  const texts = entries.map(({ round, commitHash, commit: container }): TimelockText => {
    const pulse = pulses.find((one) => one.round === round)!
    return { round, commitHash, text: decryptTimelock(container, pulse) }
  })
  return { pulses, texts }
}

describe('time-locked weights', () => {
  it('open by themselves in the block of the epoch, once their round has come', () => {
    const chain = new Chain()
    const bytes = locked(5)
    expect(commit(chain, bytes, 5)).toBeNull()
    chain.untilEpoch()
    const { pulses, texts } = inputOf(chain, 5)
    expect(texts).toEqual([{ round: 5, commitHash: hexOf(blake2b256(bytes)), text: text() }])
    expect(chain.ledger.processProposal([], { pulses, texts })).toEqual({ accepted: true })
    const { events } = chain.block({ pulses, texts })
    const names = events.map(({ name }) => name)
    const [opened] = eventsOf(events, 'TimelockedWeightsRevealed')
    expect(opened?.data).toEqual({
      mechanism: 0,
      hotkey,
      commitHash: hexOf(blake2b256(bytes)),
      epochIndex: 1,
    })
    expect(names.indexOf('WeightsSet')).toBeLessThan(names.indexOf('EpochRan'))
    expect(chain.weights).toEqual([32_768, 65_535])
    expect(chain.ledger.query('timelocksDue', { rounds: [5] }).entries).toEqual([])
    expect(chain.ledger.query('invariants', {}).broken).toEqual([])
  })

  it('wait for their round as long as the epoch of their reveal lasts, and are lost after it', () => {
    const chain = new Chain()
    commit(chain, locked(5), 5)
    commit(chain, locked(6), 6)
    chain.untilEpoch()
    chain.block()
    chain.block()
    expect(chain.weights).toEqual([])
    chain.block(inputOf(chain, 6))
    expect(chain.weights).toEqual([32_768, 65_535])
    expect(chain.ledger.query('timelocksDue', { rounds: [5] }).entries).toHaveLength(1)
    chain.untilEpoch()
    expect(chain.ledger.query('timelocksDue', { rounds: [5] }).entries).toEqual([])
    chain.block({ pulses: [beacon.pulse(5)] })
    expect(chain.ledger.query('invariants', {}).broken).toEqual([])
  })

  it('are known by rounds that came long before', () => {
    const chain = new Chain()
    commit(chain, locked(5), 5)
    chain.block({ pulses: [beacon.pulse(5)] })
    chain.untilEpoch()
    // The pulse is needed beside the text, also when the round is known.
    expect(() => chain.block()).toThrow('input.texts')
    chain.block(inputOf(chain, 5))
    expect(chain.weights).toEqual([32_768, 65_535])
  })

  it('are dropped when they cannot be read, or break the rules', () => {
    const chain = new Chain()
    commit(chain, locked(5, Uint8Array.of(1, 2, 3)), 5)
    const wrongRound = locked(4)
    commit(chain, wrongRound, 5)
    commit(chain, locked(5, unevenText()), 5)
    chain.untilEpoch()
    const { events } = chain.block(inputOf(chain, 5))
    expect(eventsOf(events, 'TimelockedWeightsDropped')[1]?.data).toMatchObject({
      commitHash: hexOf(blake2b256(wrongRound)),
      epochIndex: 1,
    })
    expect(
      events.flatMap(({ name, data }) => (name === 'TimelockedWeightsDropped' ? [data.error] : [])),
    ).toEqual(['CannotBeRead', 'CannotBeRead', 'WeightVecNotEqualSize'])
    expect(chain.weights).toEqual([])
  })

  it('of another hotkey are dropped', () => {
    const chain = new Chain()
    const others = timelockedWeightsText({
      hotkey: asHotkey(keyOf('alice-hot').address),
      uids: [0],
      values: [1],
      versionKey: 0,
    })
    commit(chain, locked(5, others), 5)
    chain.untilEpoch()
    expect(chain.block(inputOf(chain, 5)).events).toContainEqual(
      expect.objectContaining({ name: 'TimelockedWeightsDropped' }),
    )
  })

  it('exceed no limit of a block: the others wait for the next one', () => {
    const chain = new Chain({ timelockRevealsPerBlock: 2 })
    for (const values of [
      [1, 1],
      [1, 2],
      [1, 4],
    ])
      commit(chain, locked(5, text(values)), 5)
    chain.untilEpoch()
    const first = inputOf(chain, 5)
    expect(first.texts).toHaveLength(2)
    chain.block(first)
    expect(chain.weights).toEqual([32_768, 65_535])
    const second = inputOf(chain, 5)
    expect(second.texts).toHaveLength(1)
    chain.block(second)
    expect(chain.weights).toEqual([16_384, 65_535])
  })

  it('are refused for a round that has come, another version, and more than ten in an epoch', () => {
    const chain = new Chain()
    chain.block({ pulses: [beacon.pulse(9)] })
    expect(commit(chain, Uint8Array.of(1), 8)).toBe('InvalidRevealRound')
    const args = { netuid: 1, commit: Uint8Array.of(1), revealRound: 9 }
    expect(chain.call('v', 'commitTimelockedWeights', { ...args, version: 3 })).toBe(
      'IncorrectCommitRevealVersion',
    )
    const eleven = Array.from({ length: 11 }, () => args)
    expect(chain.calls('v', 'commitTimelockedWeights', eleven)).toEqual([
      ...Array(10).fill(null),
      'TooManyUnrevealedCommits',
    ])
    expect(() => commit(chain, new Uint8Array(5_001), 9)).toThrow('args.commit')
  })

  it('are plain text on a chain without a beacon', () => {
    const chain = new Chain({ hasBeacon: false })
    expect(commit(chain, text(), 5)).toBeNull()
    chain.untilEpoch()
    chain.block({ pulses: [{ round: 5 }] })
    expect(chain.weights).toEqual([32_768, 65_535])
    expect(() => chain.block({ texts: [{ round: 5, commitHash: '0'.repeat(64), text: null }] })).toThrow(
      'input.texts',
    )
  })
})

describe('what a block is given of time locks', () => {
  it('is verified before anything is made of it', () => {
    const chain = new Chain()
    commit(chain, locked(5), 5)
    chain.untilEpoch()
    const { pulses, texts } = inputOf(chain, 5)
    const [one] = texts
    const bad: readonly [string, BlockInput][] = [
      ['input.texts', { pulses }],
      ['input.texts[0].round', { texts }],
      ['input.pulses[0].signature', { pulses: [{ round: 5, signature: beacon.pulse(4).signature }], texts }],
      ['input.pulses[0].signature', { pulses: [{ round: 5, signature: new Uint8Array(48) }], texts }],
      ['input.pulses[0].signature', { pulses: [{ round: 5 }], texts }],
      ['input.pulses[1].round', { pulses: [...pulses, ...pulses], texts }],
      ['input.texts[0].text', { pulses, texts: [{ ...one!, text: null }] }],
      ['input.texts[0].text', { pulses, texts: [{ ...one!, text: text([3, 4]) }] }],
      ['input.texts[0].commitHash', { pulses, texts: [{ ...one!, commitHash: 'a'.repeat(64) }] }],
    ]
    for (const [field, input] of bad) {
      expect(() => chain.ledger.finalizeBlock([], input), field).toThrow(field)
      expect(chain.ledger.processProposal([], input), field).toMatchObject({
        accepted: false,
        refusal: { error: 'BadProposal', data: { because: 'timelocks' } },
      })
    }
    const head = chain.ledger.info().head.hash
    expect(chain.block({ pulses, texts }).header.parentHash).toBe(head)
  })

  it('is trusted where it was verified before, but for a text that is missing, and makes the same block', () => {
    const chain = new Chain()
    commit(chain, locked(5), 5)
    chain.untilEpoch()
    const given = inputOf(chain, 5)
    const verified = chain.ledger.finalizeBlock([], given).header
    expect(chain.ledger.finalizeBlock([], { ...given, timelocksVerified: true }).header).toEqual(verified)
    expect(() => chain.ledger.finalizeBlock([], { pulses: given.pulses, timelocksVerified: true })).toThrow(
      'input.texts',
    )
    // No proposal is trusted, whatever it says of itself.
    const forged = { ...given, texts: given.texts.map((one) => ({ ...one, text: null })) }
    const proposal = { ...forged, timelocksVerified: true }
    expect(chain.ledger.finalizeBlock([], given).header).toEqual(verified)
    chain.ledger.finalizeBlock([], given)
    chain.ledger.commit()
    expect(chain.ledger.processProposal([], proposal)).toMatchObject({ accepted: false })
  })

  it('is part of the block’s hash of calls', () => {
    const { ledger } = new Chain()
    const without = ledger.finalizeBlock([]).header.callsHash
    expect(ledger.finalizeBlock([], { pulses: [beacon.pulse(3)] }).header.callsHash).not.toBe(without)
  })

  it('needs a verifier where genesis names a beacon', () => {
    const { config } = localnetPreset()
    const timelockBeacon = hexOf(beacon.publicKey)
    expect(() => new Ledger({ config: { ...config, timelockBeacon }, endowments: [] }, { runEpoch })).toThrow(
      'options.timelock',
    )
  })

  it('survives a snapshot', () => {
    const chain = new Chain()
    commit(chain, locked(5), 5)
    chain.block({ pulses: [beacon.pulse(5)] })
    const restored = Ledger.restore(chain.ledger.snapshot(), options)
    expect(restored.finalizeBlock([]).header).toEqual(chain.ledger.finalizeBlock([]).header)
  })
})
