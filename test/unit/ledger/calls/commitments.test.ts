import { describe, expect, it } from 'vitest'
import type { CommitmentField } from '../../../../src/ledger/index.js'
import { clearBondsTowards, storedBonds } from '../../../../src/ledger/neurons/matrices.js'
import { bonds, hyperparameters, neurons, uids } from '../../../../src/ledger/state/tables.js'
import { callContextAt, errorOf } from '../../../vectors/callContext.js'
import { addBareSubnet } from '../../../vectors/contextAt.js'
import { idOf } from '../../../vectors/fileState.js'
import { Harness } from '../harness.js'

const netuid = 1
const raw = (bytes: number): CommitmentField => ({
  kind: bytes > 128 ? 'BigRaw' : 'Raw',
  data: new Uint8Array(bytes).fill(7),
})

function started(tempoBlocks = 1_000): Harness {
  const h = new Harness({ hyperparameters: { tempoBlocks } })
  h.startSubnet()
  return h
}

const commit = (h: Harness, ...fields: CommitmentField[]) =>
  h.errorOf('alice-hot', 'setCommitment', { netuid, fields })
const shown = (h: Harness) => h.ledger.query('commitment', { netuid, hotkey: h.hotkey('alice-hot') })
const quota = (h: Harness) => h.ledger.query('commitmentQuota', { netuid, hotkey: h.hotkey('alice-hot') })

describe('setCommitment', () => {
  it('keeps what a registered hotkey committed to last', () => {
    const h = started()
    const hash: CommitmentField = { kind: 'Sha256', data: new Uint8Array(32) }
    const { events } = h.call('alice-hot', 'setCommitment', { netuid, fields: [raw(5), hash] })
    expect(events).toEqual([{ name: 'Commitment', netuid, data: { hotkey: h.hotkey('alice-hot') } }])
    expect(shown(h)).toEqual({
      hotkey: h.hotkey('alice-hot'),
      block: h.ledger.info().head.number,
      fields: [raw(5), hash],
      reveals: [],
    })
    expect(quota(h)).toEqual({
      usedBytes: 100,
      leftBytes: 3_000,
      renewsAtBlock: h.subnet().nextEpochBlock,
    })
    expect(commit(h, raw(300))).toBe(null)
    expect(shown(h)).toMatchObject({ fields: [raw(300)] })
    expect(quota(h)).toMatchObject({ usedBytes: 400, leftBytes: 2_700 })
    expect(h.errorOf('bob', 'setCommitment', { netuid, fields: [] })).toBe('AccountNotAllowedCommit')
    expect(h.errorOf('alice-hot', 'setCommitment', { netuid: 7, fields: [] })).toBe('AccountNotAllowedCommit')
    expect(h.ledger.query('commitment', { netuid, hotkey: h.hotkey('bob') })).toBe(null)
    expect(h.ledger.query('commitmentQuota', { netuid: 7, hotkey: h.hotkey('bob') })).toBe(null)
  })

  it('counts 100 bytes at least against a quota, which every epoch gives anew', () => {
    const h = started(40)
    for (let at = 0; at < 6; at++) expect(commit(h, raw(512))).toBe(null)
    expect(commit(h, raw(1))).toBe('SpaceLimitExceeded')
    expect(quota(h)?.leftBytes).toBe(28)
    h.blocks(40)
    expect(quota(h)?.leftBytes).toBe(3_100)
    expect(commit(h)).toBe(null)
    expect(shown(h)).toMatchObject({ fields: [] })
    expect(quota(h)?.leftBytes).toBe(3_000)
  })

  it('takes no field whose bytes are not those of its kind, and no fourth', () => {
    const h = started()
    const wrong: unknown[] = [
      [{ kind: 'Raw', data: new Uint8Array(129) }],
      [{ kind: 'Sha256', data: new Uint8Array(31) }],
      [{ kind: 'ResetBondsFlag', data: new Uint8Array(1) }],
      [{ kind: 'Other', data: new Uint8Array(0) }],
      [{ kind: 'Raw' }],
      [{ kind: 'Raw', data: new Uint8Array(1), revealRound: 1 }],
      [{ kind: 'TimelockEncrypted', data: new Uint8Array(1) }],
      [{ kind: 'TimelockEncrypted', data: new Uint8Array(1), revealRound: 0 }],
      [{ kind: 'TimelockEncrypted', data: new Uint8Array(1), revealRound: 2 ** 48 }],
      [{ kind: 'TimelockEncrypted', data: new Uint8Array(1_025), revealRound: 1 }],
      [raw(1), raw(1), raw(1), raw(1)],
    ]
    for (const fields of wrong) {
      expect(() => h.sign('alice-hot', 'setCommitment', { netuid, fields: fields as never })).toThrow(
        'at most 3 fields',
      )
    }
  })
})

/** Three neurons with bonds, of which 1 is the middle one. */
function bonded(bondsResetEnabled = false) {
  const context = callContextAt(5)
  addBareSubnet(context, netuid)
  const { state, config } = context
  state.set(hyperparameters, [netuid], { ...config.hyperparameters, bondsResetEnabled })
  state.set(neurons, [netuid], { hotkey: [1, 2, 3].map(idOf), registeredAtBlock: new Float64Array(3) })
  for (const uid of [0, 1, 2]) state.set(uids, [netuid, idOf(uid + 1)], uid)
  state.set(bonds, [netuid, 0], {
    rowStart: Uint32Array.of(0, 2, 3, 5),
    column: Uint16Array.of(0, 1, 1, 1, 2),
    value: Uint16Array.of(10, 11, 12, 13, 14),
  })
  return context
}

const WITHOUT_MIDDLE = {
  rowStart: Uint32Array.of(0, 1, 1, 2),
  column: Uint16Array.of(0, 2),
  value: Uint16Array.of(10, 14),
}

describe('ResetBondsFlag', () => {
  const fields = [{ kind: 'ResetBondsFlag', data: new Uint8Array(0) }] as const

  it('deletes all bonds towards the neuron where the subnet allows it, unless the call is refused', () => {
    const [open, closed] = [bonded(true), bonded(false)]
    for (const context of [open, closed]) {
      expect(errorOf(context, 2, 'setCommitment', { netuid, fields })).toBe(null)
    }
    expect(storedBonds(open.state, netuid, 0)).toEqual(WITHOUT_MIDDLE)
    expect(storedBonds(closed.state, netuid, 0)).toEqual(storedBonds(bonded().state, netuid, 0))
    const full = bonded(true)
    for (let at = 0; at < 31; at++) {
      expect(errorOf(full, 2, 'setCommitment', { netuid, fields: [] })).toBe(null)
    }
    expect(errorOf(full, 2, 'setCommitment', { netuid, fields })).toBe('SpaceLimitExceeded')
    expect(storedBonds(full.state, netuid, 0)).toEqual(storedBonds(bonded().state, netuid, 0))
  })
})

describe('clearBondsTowards', () => {
  it('takes one column out of every row', () => {
    const { state } = bonded()
    clearBondsTowards(state, netuid, 0, 1)
    expect(storedBonds(state, netuid, 0)).toEqual(WITHOUT_MIDDLE)
  })
})
