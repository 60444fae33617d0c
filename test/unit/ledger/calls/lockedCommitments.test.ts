import { describe, expect, it } from 'vitest'
import { runEpoch } from '../../../../src/consensus/index.js'
import { blake2b256, hexOf } from '../../../../src/crypto/index.js'
import { type BlockInput, type CommitmentField, Ledger } from '../../../../src/ledger/index.js'
import { Beacon, decryptTimelock, encryptTimelock, verifyPulse } from '../../../../src/timelock/index.js'
import { Harness } from '../harness.js'

const netuid = 1
const beacon = Beacon.fromSecretKey(new Uint8Array(32).fill(5))
const { publicKey } = beacon

const raw: CommitmentField = { kind: 'Raw', data: Uint8Array.of(7) }
const plain = (revealRound: number, ...bytes: number[]): CommitmentField => ({
  kind: 'TimelockEncrypted',
  data: Uint8Array.from(bytes),
  revealRound,
})
/** A field locked to a round; to be opened with the pulse of another one where `claimed` says so. */
const locked = (round: number, text: number[], claimed = round): CommitmentField => ({
  kind: 'TimelockEncrypted',
  data: encryptTimelock(Uint8Array.from(text), { round, publicKey }),
  revealRound: claimed,
})

interface Settings {
  readonly hasBeacon?: boolean
  readonly timelockRevealsPerBlock?: number
}

function started({ hasBeacon = false, timelockRevealsPerBlock }: Settings = {}): Harness {
  const h = new Harness({
    hyperparameters: { tempoBlocks: 1_000 },
    config: {
      testOriginAllowed: true,
      ...(hasBeacon ? { timelockBeacon: hexOf(publicKey) } : {}),
      ...(timelockRevealsPerBlock === undefined ? {} : { timelockRevealsPerBlock }),
    },
  })
  h.startSubnet()
  for (const hotkey of ['b', 'c']) {
    h.call('bob', 'registerNeuron', { netuid, hotkey: h.hotkey(hotkey), limitRao: null })
  }
  return h
}

const commit = (h: Harness, hotkey: string, ...fields: CommitmentField[]) =>
  h.errorOf(hotkey, 'setCommitment', { netuid, fields })
const shown = (h: Harness, hotkey = 'alice-hot') =>
  h.ledger.query('commitment', { netuid, hotkey: h.hotkey(hotkey) })

/** Makes a block that is given this. @returns its events about commitments. */
function block(h: Harness, input: BlockInput) {
  const { events } = h.ledger.finalizeBlock([], input)
  h.ledger.commit()
  expect(h.ledger.query('invariants', {}).broken).toEqual([])
  return events.filter(({ name }) => name.startsWith('Commitment'))
}

/** Makes a block with the rounds of a chain without a beacon. */
const rounds = (h: Harness, ...numbers: number[]) => block(h, { pulses: numbers.map((round) => ({ round })) })

/** What whoever makes the next block is to give it, by the chain's own words. */
function inputOf(h: Harness, ...numbers: number[]): Required<Pick<BlockInput, 'pulses' | 'texts'>> {
  const { entries } = h.ledger.query('timelocksDue', { rounds: numbers })
  const of = new Set([...numbers, ...entries.map(({ round }) => round)])
  const pulses = [...of].map((round) => beacon.pulse(round))
  const texts = entries.map(({ round, commitHash, commit: container }) => ({
    round,
    commitHash,
    text: decryptTimelock(container, pulses.find((one) => one.round === round)!),
  }))
  return { pulses, texts }
}

describe('locked fields of a commitment', () => {
  it('open at the begin of the block whose round comes, and leave the others', () => {
    const h = started({ hasBeacon: true })
    const receipt = h.call('alice-hot', 'setCommitment', {
      netuid,
      fields: [locked(9, [1, 2]), raw, locked(12, [3])],
    })
    const hotkey = h.hotkey('alice-hot')
    expect(receipt.events).toEqual([
      { name: 'TimelockCommitment', netuid, data: { hotkey, revealRound: 12 } },
    ])
    expect(h.ledger.query('timelockRoundsDue', { throughRound: 11 })).toEqual([9])
    expect(h.ledger.query('timelockRoundsDue', { throughRound: 12 })).toEqual([9, 12])
    expect(h.ledger.query('timelocksDue', { rounds: [9] }).entries).toMatchObject([
      { netuid, mechanism: null, hotkey, round: 9 },
    ])
    const given = inputOf(h, 9)
    expect(h.ledger.processProposal([], given)).toEqual({ accepted: true })
    expect(block(h, given)).toEqual([
      { name: 'CommitmentRevealed', netuid, data: { hotkey, revealRound: 9 } },
    ])
    const at = h.ledger.info().head.number
    expect(shown(h)).toEqual({
      hotkey,
      block: receipt.block,
      fields: [raw, expect.objectContaining({ revealRound: 12 })],
      reveals: [{ block: at, text: Uint8Array.of(1, 2) }],
    })
    block(h, inputOf(h, 12))
    expect(shown(h)).toMatchObject({
      fields: [raw],
      reveals: [{ block: at }, { block: at + 1, text: Uint8Array.of(3) }],
    })
    expect(h.ledger.query('timelockRoundsDue', { throughRound: 100 })).toEqual([])
  })

  it('are verified in proposals, and a block without their text is not made', () => {
    const h = started({ hasBeacon: true })
    expect(commit(h, 'b', locked(9, [1]))).toBeNull()
    const good = inputOf(h, 9)
    const [text] = good.texts
    const bad: readonly [string, BlockInput][] = [
      ['input.texts', { pulses: good.pulses }],
      ['input.texts[0].text', { ...good, texts: [{ ...text!, text: Uint8Array.of(2) }] }],
      ['input.texts[0].text', { ...good, texts: [{ ...text!, text: null }] }],
      ['input.pulses[0].signature', { ...good, pulses: [{ round: 9, signature: new Uint8Array(48) }] }],
    ]
    for (const [field, input] of bad) {
      expect(() => h.ledger.finalizeBlock([], input), field).toThrow(field)
      expect(h.ledger.processProposal([], input)).toMatchObject({
        accepted: false,
        refusal: { error: 'BadProposal', data: { because: 'timelocks' } },
      })
    }
    block(h, good)
    expect(shown(h, 'b')).toMatchObject({ block: null, reveals: [{ text: Uint8Array.of(1) }] })
  })

  it('that cannot be opened are gone, and the commitment with the last of them', () => {
    const h = started({ hasBeacon: true })
    const hotkey = h.hotkey('b')
    const garbage: CommitmentField = { kind: 'TimelockEncrypted', data: new Uint8Array(300), revealRound: 9 }
    expect(commit(h, 'b', locked(4, [1], 9), raw, garbage)).toBeNull()
    const failed = { name: 'CommitmentRevealFailed', netuid, data: { hotkey, revealRound: 9 } }
    expect(block(h, inputOf(h, 9))).toEqual([failed, failed])
    expect(shown(h, 'b')).toMatchObject({ fields: [raw], reveals: [] })
    expect(commit(h, 'b', { ...garbage, revealRound: 10 } as CommitmentField)).toBeNull()
    block(h, inputOf(h, 10))
    expect(shown(h, 'b')).toBeNull()
    // What it used of the quota is not given back.
    expect(h.ledger.query('commitmentQuota', { netuid, hotkey })?.usedBytes).toBe(178 + 1 + 300 + 300)
  })

  it('of a round that has come open with the next block, and those of none wait', () => {
    const h = started()
    rounds(h, 20)
    expect(commit(h, 'b', plain(20, 1), plain(19, 2))).toBeNull()
    expect(h.ledger.query('timelockRoundsDue', { throughRound: 30 })).toEqual([19])
    expect(rounds(h)).toHaveLength(1)
    expect(shown(h, 'b')).toMatchObject({ fields: [plain(19, 2)], reveals: [{ text: Uint8Array.of(1) }] })
    expect(rounds(h, 18, 21)).toEqual([])
    expect(rounds(h, 19)).toHaveLength(1)
    expect(shown(h, 'b')?.fields).toEqual([])
  })

  it('are replaced with the commitment, and then never open', () => {
    const h = started()
    commit(h, 'b', plain(9, 1))
    commit(h, 'b', raw)
    expect(rounds(h, 9)).toEqual([])
    rounds(h, 10)
    commit(h, 'b', plain(10, 1))
    const calls = [h.sign('b', 'setCommitment', { netuid, fields: [raw] })]
    // The block opens before it runs its calls.
    const { events } = h.block(...calls)
    expect(events.map(({ name }) => name)).toContain('CommitmentRevealed')
    expect(shown(h, 'b')).toMatchObject({ fields: [raw], reveals: [{ text: Uint8Array.of(1) }] })
  })

  it('leave the last ten texts', () => {
    const h = started()
    for (let round = 1; round <= 12; round += 3) {
      commit(h, 'b', plain(round, round), plain(round + 1, round + 1), plain(round + 2, round + 2))
      rounds(h, round, round + 1, round + 2)
    }
    expect(shown(h, 'b')?.reveals.map(({ text }) => text[0])).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
  })

  it('wait for the next block where a block opens no more, whoever was first before those who come', () => {
    const h = started({ timelockRevealsPerBlock: 2 })
    commit(h, 'alice-hot', plain(5, 1), plain(5, 2), plain(6, 3))
    commit(h, 'b', plain(5, 4))
    commit(h, 'c', plain(6, 5))
    const opened = (...numbers: number[]) => rounds(h, ...numbers).length
    expect(opened(5)).toBe(2)
    expect(opened(6)).toBe(2)
    expect(opened()).toBe(1)
    expect(opened()).toBe(0)
    const texts = ['alice-hot', 'b', 'c'].map((name) => shown(h, name)?.reveals.map(({ text }) => text[0]))
    expect(texts).toEqual([[1, 2, 3], [4], [5]])
  })

  it('of a round that is too old to be remembered never open, and stop nothing', () => {
    const h = started()
    commit(h, 'b', plain(3, 1), plain(300_000, 2))
    rounds(h, 299_000)
    expect(h.ledger.query('timelockRoundsDue', { throughRound: 300_000 })).toEqual([300_000])
    expect(h.ledger.query('timelocksDue', { rounds: [3] }).entries).toEqual([])
    expect(rounds(h, 3)).toEqual([])
    expect(rounds(h, 300_000, 4)).toHaveLength(1)
    expect(shown(h, 'b')?.fields).toEqual([plain(3, 1)])
  })

  it('survive a snapshot, and end with the subnet', () => {
    const h = started({ hasBeacon: true })
    commit(h, 'b', locked(9, [1]), locked(10, [2]))
    block(h, inputOf(h, 9))
    const options = { runEpoch, timelock: { verifyPulse, decryptTimelock } }
    const restored = Ledger.restore(h.ledger.snapshot(), options)
    const given = inputOf(h, 10)
    const next = restored.finalizeBlock([], given).header
    expect(next).toEqual(h.ledger.finalizeBlock([], given).header)
    h.ledger.commit()
    commit(h, 'b', locked(12, [1]))
    const calls = [
      h.ledger.testCall({ signer: h.key('alice').address, name: 'overrideDissolve', args: { netuid } }),
    ]
    expect(commitmentsOf(h)).toHaveLength(1)
    h.ledger.finalizeBlock(calls)
    h.ledger.commit()
    expect(commitmentsOf(h)).toEqual([])
    expect(h.ledger.query('timelockRoundsDue', { throughRound: 100 })).toEqual([])
    expect(block(h, {})).toEqual([])
  })

  it('stay with their hotkey when another takes its place', () => {
    const h = started()
    commit(h, 'b', plain(9, 1))
    const swap = { oldHotkey: h.hotkey('b'), newHotkey: h.hotkey('new'), netuid: null, keepStake: false }
    expect(h.errorOf('bob', 'swapHotkey', swap)).toBeNull()
    expect(rounds(h, 9)).toEqual([
      { name: 'CommitmentRevealed', netuid, data: { hotkey: h.hotkey('b'), revealRound: 9 } },
    ])
    expect(shown(h, 'new')).toBeNull()
  })

  it('are in the hash of the state', () => {
    const [one, other] = [started(), started()]
    commit(one, 'b', plain(9, 1))
    commit(other, 'b', plain(10, 1))
    expect(one.ledger.info().head.stateHash).not.toBe(other.ledger.info().head.stateHash)
  })

  it('that hold the same are opened with one text', () => {
    const h = started({ hasBeacon: true })
    const field = locked(9, [1])
    commit(h, 'b', field)
    commit(h, 'c', field)
    const { pulses, texts } = inputOf(h, 9)
    expect(texts).toHaveLength(2)
    expect(texts[0]?.commitHash).toBe(hexOf(blake2b256(field.data)))
    expect(h.ledger.processProposal([], { pulses, texts: texts.slice(0, 1) })).toEqual({ accepted: true })
    expect(block(h, { pulses, texts: texts.slice(0, 1) })).toHaveLength(2)
  })
})

const commitmentsOf = (h: Harness, from?: 'b' | 'c') =>
  h.ledger.query('commitments', from === undefined ? { netuid } : { netuid, from: h.hotkey(from) }).entries

describe('the query commitments', () => {
  it('shows those who committed and those of whom texts are left, in pages', () => {
    const h = started()
    const names = ['alice-hot', 'b', 'c'].sort((a, b) => (keyHex(h, a) < keyHex(h, b) ? -1 : 1))
    for (const name of names) commit(h, name, plain(9, 1))
    rounds(h, 9)
    commit(h, names[1]!, raw)
    const page = h.ledger.query('commitments', { netuid, limit: 2 })
    expect(page.entries.map(({ hotkey, block, fields }) => [hotkey, block !== null, fields.length])).toEqual([
      [h.hotkey(names[0]!), false, 0],
      [h.hotkey(names[1]!), true, 1],
    ])
    expect(page.next).toBe(h.hotkey(names[2]!))
    const rest = h.ledger.query('commitments', { netuid, from: page.next! })
    expect(rest.entries.map(({ hotkey }) => hotkey)).toEqual([h.hotkey(names[2]!)])
    expect(rest.next).toBeNull()
    expect(h.ledger.query('commitments', { netuid: 7 })).toEqual({ entries: [], next: null })
  })
})

const keyHex = (h: Harness, name: string): string => hexOf(h.key(name).publicKey)
