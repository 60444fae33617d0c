import { describe, expect, it } from 'vitest'
import { localnetPreset } from '../../../src/chain/index.js'
import { runEpoch } from '../../../src/consensus/index.js'
import { type EmissionPolicy, equalPolicy } from '../../../src/emission/index.js'
import { InvalidArgumentError } from '../../../src/errors/index.js'
import { Ledger, type LedgerOptions } from '../../../src/ledger/index.js'
import { MemoryStore } from '../../support/MemoryStore.js'

const half: EmissionPolicy = {
  name: 'half of it',
  split: (emissionBits, { netuid }) =>
    netuid.map(() => emissionBits / 2n / BigInt(Math.max(1, netuid.length))),
}

function begun(options: Omit<LedgerOptions, 'runEpoch'>): Ledger {
  const ledger = new Ledger({ config: localnetPreset().config, endowments: [] }, { runEpoch, ...options })
  ledger.finalizeBlock([])
  ledger.commit()
  return ledger
}

const asked = (ledger: Ledger): string => ledger.query('emissionShares', {}).policy

/** What is refused, and what whoever was refused is told. */
function refusalOf(act: () => unknown): unknown {
  try {
    act()
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error
    return { field: error.field, value: error.value, hints: error.hints }
  }
  return null
}

const refused = {
  field: 'options.policy',
  value: 'reference',
  hints: [
    'The chain was left under the emission policy "half of it": pass that one, or policyMayDiffer: true to go on under "reference".',
  ],
}

describe('a snapshot', () => {
  it('goes on under the policy that it was taken under, by name', () => {
    const bytes = begun({ policy: half }).snapshot()
    expect(asked(Ledger.restore(bytes, { runEpoch, policy: half }))).toBe('half of it')
    expect(refusalOf(() => Ledger.restore(bytes, { runEpoch }))).toEqual(refused)
    const plain = begun({}).snapshot()
    expect(refusalOf(() => Ledger.restore(plain, { runEpoch, policy: half }))).toMatchObject({
      value: 'half of it',
    })
    expect(asked(Ledger.restore(plain, { runEpoch }))).toBe('reference')
  })

  it('goes on under another where that is wanted, which is then the one', () => {
    const bytes = begun({ policy: half }).snapshot()
    const other = Ledger.restore(bytes, { runEpoch, policy: equalPolicy, policyMayDiffer: true })
    expect(asked(other)).toBe('equal')
    expect(other.info().head).toEqual(Ledger.restore(bytes, { runEpoch, policy: half }).info().head)
    expect(asked(Ledger.restore(other.snapshot(), { runEpoch, policy: equalPolicy }))).toBe('equal')
  })

  it('leaves nothing in a store when it is refused', () => {
    const store = new MemoryStore()
    const bytes = begun({ policy: half }).snapshot()
    expect(refusalOf(() => Ledger.restore(bytes, { runEpoch, store }))).toEqual(refused)
    Ledger.restore(bytes, { runEpoch, policy: half, store })
    expect(asked(Ledger.resume({ runEpoch, policy: half, store }))).toBe('half of it')
  })
})

describe('a store', () => {
  it('says under which policy it was left', () => {
    const store = new MemoryStore()
    begun({ policy: half, store })
    expect(refusalOf(() => Ledger.resume({ runEpoch, store }))).toEqual(refused)
    expect(asked(Ledger.resume({ runEpoch, store, policyMayDiffer: true }))).toBe('reference')
    // From then on it is the other one.
    expect(asked(Ledger.resume({ runEpoch, store }))).toBe('reference')
    expect(refusalOf(() => Ledger.resume({ runEpoch, store, policy: half }))).toMatchObject({
      value: 'half of it',
    })
  })
})
