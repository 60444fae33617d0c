import { describe, expect, it } from 'vitest'
import { LocalChain, localnetPreset } from '../../../../src/chain/index.js'
import { bytesOfHex, keyPairFromUri, type Signer } from '../../../../src/crypto/index.js'
import { type CallArgs, type CallName, timelockedWeightsText } from '../../../../src/ledger/index.js'
import { encryptTimelock } from '../../../../src/timelock/index.js'
import { asHotkey, RAO_PER_TAO } from '../../../../src/units/index.js'

const alice = keyPairFromUri('//Alice')
const bob = keyPairFromUri('//Bob')
const validator = keyPairFromUri('//Bob/validator')
const hotkey = asHotkey(validator.address)
const TEMPO = 10

/** Subnet 1 of Alice, which hides weights, with Bob's staked validator as uid 1. */
async function started({
  timelockRevealsPerBlock,
  ...options
}: {
  readonly seed?: string
  readonly timelock?: 'beacon' | 'plain'
  readonly timelockRevealsPerBlock?: number
} = {}) {
  const preset = localnetPreset({
    config: timelockRevealsPerBlock === undefined ? {} : { timelockRevealsPerBlock },
    hyperparameters: { commitRevealEnabled: true, weightsSetRateLimitBlocks: 0, tempoBlocks: TEMPO },
  })
  const chain = await LocalChain.start({ preset, blockMs: 'manual', ...options })
  const make = async <N extends CallName>(signer: Signer, name: N, args: CallArgs[N]) => {
    const sent = chain.call(signer, name, args)
    await chain.produceBlock()
    const { refusal } = await sent
    expect(refusal).toBeNull()
  }
  await make(alice, 'registerSubnet', { hotkey: asHotkey(keyPairFromUri('//Alice/hot').address) })
  await make(alice, 'startSubnet', { netuid: 1 })
  await make(bob, 'registerNeuron', { netuid: 1, hotkey, limitRao: null })
  await make(bob, 'addStake', { netuid: 1, hotkey, amountRao: 100n * RAO_PER_TAO })
  for (let block = 0; block < TEMPO + 1; block++) await chain.produceBlock()
  return { chain, make }
}

const text = timelockedWeightsText({ hotkey, uids: [0], values: [9], versionKey: 0 })

/** Lines that are payments. */
const PAID = { ownerCut: 1, incentive: 1, take: 1, dividend: 1 }

/** Makes blocks until weights open or two epochs are over. */
async function revealed(chain: LocalChain) {
  for (let block = 0; block < 2 * TEMPO + 2; block++) {
    const { header, events } = await chain.produceBlock()
    const opened = events.filter(({ name }) => name.startsWith('TimelockedWeights'))
    if (opened.length > 0) return { block: header.number, opened }
  }
  return undefined
}

describe('a LocalChain', () => {
  it('opens weights that were locked to one of its rounds, a block each', async () => {
    const { chain, make } = await started()
    const { publicKey } = await chain.query('beacon', {})
    const round = (await chain.head()).number + 2
    const commit = encryptTimelock(text, { round, publicKey: bytesOfHex(publicKey ?? '') })
    await make(validator, 'commitTimelockedWeights', { netuid: 1, mechanism: 0, commit, revealRound: round })
    // A stranger's bytes hold nobody up: they cannot be read, and are dropped.
    await make(validator, 'commitTimelockedWeights', {
      netuid: 1,
      mechanism: 0,
      commit: commit.slice(0, 100),
      revealRound: round,
    })
    expect(await revealed(chain)).toMatchObject({
      opened: [
        { name: 'TimelockedWeightsRevealed', data: { mechanism: 0, hotkey } },
        { name: 'TimelockedWeightsDropped', data: { error: 'CannotBeRead' } },
      ],
    })
    const { lastRound } = await chain.query('beacon', {})
    expect(lastRound).toBe(round)
    await chain.close()
  })

  it('takes calls while it opens, makes blocks one after the other, and has a new beacon each time', async () => {
    const { chain, make } = await started()
    const { publicKey } = await chain.query('beacon', {})
    const round = (await chain.head()).number + 2
    const commit = encryptTimelock(text, { round, publicKey: bytesOfHex(publicKey ?? '') })
    await make(validator, 'commitTimelockedWeights', { netuid: 1, mechanism: 0, commit, revealRound: round })
    const from = (await chain.head()).number
    const made = await Promise.all(Array.from({ length: 2 * TEMPO }, () => chain.produceBlock()))
    expect(made.map(({ header }) => header.number)).toEqual(made.map((_, at) => from + 1 + at))
    const names = made.flatMap(({ events }) => events.map(({ name }) => name))
    expect(names.filter((name) => name === 'TimelockedWeightsRevealed')).toHaveLength(1)
    const other = await LocalChain.start({ blockMs: 'manual' })
    expect((await other.query('beacon', {})).publicKey).not.toBe(publicKey)
    await Promise.all([chain.close(), other.close()])
  })

  it('brings no more new rounds with a block than it opens locks, however many wait: each takes a pulse', async () => {
    const { chain, make } = await started({ timelockRevealsPerBlock: 2 })
    const data = Uint8Array.of(7)
    const fields = [1, 2, 3].map((revealRound) => ({ kind: 'TimelockEncrypted', data, revealRound }) as const)
    await make(validator, 'setCommitment', { netuid: 1, fields })
    const waiting = () => chain.query('timelockRoundsDue', { throughRound: 3 })
    const opened = async () => {
      const { events } = await chain.produceBlock()
      return events.filter(({ name }) => name === 'CommitmentRevealFailed').length
    }
    expect(await waiting()).toEqual([1, 2, 3])
    expect([await opened(), await waiting()]).toEqual([2, [3]])
    expect([await opened(), await waiting()]).toEqual([1, []])
    await chain.close()
  })

  it('may be closed while it opens', async () => {
    const { chain, make } = await started()
    const { publicKey } = await chain.query('beacon', {})
    const round = (await chain.head()).number + 2
    const commit = encryptTimelock(text, { round, publicKey: bytesOfHex(publicKey ?? '') })
    await make(validator, 'commitTimelockedWeights', { netuid: 1, mechanism: 0, commit, revealRound: round })
    const blocks = Array.from({ length: 2 * TEMPO }, () => chain.produceBlock())
    const ends = Promise.allSettled(blocks)
    await chain.close()
    for (const end of await ends) {
      if (end.status === 'rejected') expect(end.reason).toMatchObject({ code: 'ChainClosed' })
    }
  })

  it('locks nothing with a seed, and comes out the same', async () => {
    const run = async () => {
      const { chain, make } = await started({ seed: 'one' })
      expect(await chain.query('beacon', {})).toEqual({ publicKey: null, lastRound: 0 })
      const revealRound = (await chain.head()).number + 2
      await make(validator, 'commitTimelockedWeights', { netuid: 1, mechanism: 0, commit: text, revealRound })
      expect(await revealed(chain)).toMatchObject({ opened: [{ name: 'TimelockedWeightsRevealed' }] })
      const { hash } = await chain.head()
      await chain.close()
      return hash
    }
    expect(await run()).toBe(await run())
  })

  it('takes pay apart before it is paid, with the weights that open in that block', async () => {
    const { chain, make } = await started({ timelock: 'beacon' })
    // The validator's only weights so far: without them nobody is paid for them.
    const { publicKey } = await chain.query('beacon', {})
    const round = (await chain.head()).number + 2
    const commit = encryptTimelock(text, { round, publicKey: bytesOfHex(publicKey ?? '') })
    await make(validator, 'commitTimelockedWeights', { netuid: 1, mechanism: 0, commit, revealRound: round })
    let paidBlocks = 0
    let opened = 0
    for (let block = 0; block < 2 * TEMPO + 2; block++) {
      const payouts = await chain.explainPayouts()
      const { events } = await chain.produceBlock()
      if (events.some(({ name }) => name === 'TimelockedWeightsRevealed')) opened++
      const paid = new Map<string, bigint>()
      for (const { name, data } of events) {
        if (name === 'EmissionPaid') paid.set(`${data.kind} ${data.hotkey}`, data.amountAlpha)
      }
      const lines = payouts.flatMap((payout) => payout.lines).filter(({ reason }) => reason in PAID)
      expect(new Map(lines.map(({ reason, hotkey: to, alpha }) => [`${reason} ${to}`, alpha]))).toEqual(paid)
      if (lines.some(({ reason }) => reason === 'dividend')) paidBlocks++
    }
    expect([opened, paidBlocks > 0]).toEqual([1, true])
    await chain.close()
  })

  it('refuses another kind of lock by name', async () => {
    await expect(LocalChain.start({ timelock: 'secret' as never })).rejects.toThrow(/timelock/)
  })
})
