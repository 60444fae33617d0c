import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { localnetPreset } from '../../src/chain/index.js'
import { runEpoch } from '../../src/consensus/index.js'
import { keyPairFromUri } from '../../src/crypto/index.js'
import { type CallArgs, type CallName, Ledger, type Receipt } from '../../src/ledger/index.js'
import { asColdkey, asHotkey, RAO_PER_TAO } from '../../src/units/index.js'

const addressOf = (name: string) => keyPairFromUri(`//${name}`, { scheme: 'ed25519' }).address
const founder = addressOf('founder')
const coldkeys = ['ann', 'ben', 'cat'].map((name) => asColdkey(addressOf(name)))
const hotkeys = ['founder-hot', 'ann-hot', 'ben-hot'].map((name) => asHotkey(addressOf(name)))
const netuid = 1

/** A subnet on whose hotkeys three coldkeys stake and lock; locks change by a factor of e in 50 blocks. */
class Locked {
  readonly ledger: Ledger

  constructor() {
    const { config } = localnetPreset({
      config: { testOriginAllowed: true, callOrder: 'given', unlockRateBlocks: 50, maturityRateBlocks: 50 },
      hyperparameters: { tempoBlocks: 7, ownerCutAutoLockEnabled: true },
    })
    const endowments = [founder, ...coldkeys].map((address) => ({
      address,
      balanceRao: 1_000_000n * RAO_PER_TAO,
    }))
    this.ledger = new Ledger({ config, endowments }, { runEpoch })
    this.call(founder, 'registerSubnet', { hotkey: hotkeys[0]! })
    this.call(founder, 'startSubnet', { netuid })
    for (const at of [0, 1]) {
      this.call(coldkeys[at]!, 'registerNeuron', { netuid, hotkey: hotkeys[at + 1]!, limitRao: null })
    }
    for (const coldkey of coldkeys) {
      for (const hotkey of hotkeys)
        this.call(coldkey, 'addStake', { netuid, hotkey, amountRao: 20n * RAO_PER_TAO })
    }
  }

  call<N extends CallName>(signer: string, name: N, args: CallArgs[N]): Receipt {
    const call = this.ledger.testCall({ signer: signer as typeof founder, name, args } as never)
    const { receipts } = this.ledger.finalizeBlock([call])
    this.ledger.commit()
    return receipts[0]!
  }

  blocks(count: number): void {
    for (let block = 0; block < count; block++) {
      this.ledger.finalizeBlock([])
      this.ledger.commit()
    }
  }

  lockedAlpha(coldkey: (typeof coldkeys)[number]): bigint {
    return this.ledger.query('locks', { coldkey }).entries[0]?.lockedAlpha ?? 0n
  }

  stakedAlpha(coldkey: (typeof coldkeys)[number]): bigint {
    return this.ledger.query('positions', { coldkey }).entries.reduce((sum, { alpha }) => sum + alpha, 0n)
  }
}

const coldkey = fc.constantFrom(...coldkeys)
const hotkey = fc.constantFrom(...hotkeys)
const permille = fc.constantFrom(1n, 333n, 900n, 1_000n)
const operation = fc.oneof(
  fc.record({ does: fc.constant('wait' as const), blocks: fc.nat(4) }),
  fc.record({ does: fc.constant('lock' as const), coldkey, hotkey, permille }),
  fc.record({ does: fc.constant('move' as const), coldkey, hotkey }),
  fc.record({ does: fc.constant('stay' as const), coldkey, enabled: fc.boolean() }),
  fc.record({ does: fc.constant('add' as const), coldkey, hotkey }),
  fc.record({ does: fc.constant('remove' as const), coldkey, hotkey, permille }),
)
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never

function run(locked: Locked, op: Operation): Receipt | null {
  if (op.does === 'wait') {
    locked.blocks(op.blocks)
    return null
  }
  const { coldkey } = op
  switch (op.does) {
    case 'lock': {
      const amountAlpha = (locked.stakedAlpha(coldkey) * op.permille) / 1_000n
      return locked.call(coldkey, 'lockStake', { netuid, hotkey: op.hotkey, amountAlpha })
    }
    case 'move':
      return locked.call(coldkey, 'moveLock', { netuid, hotkey: op.hotkey })
    case 'stay':
      return locked.call(coldkey, 'setPerpetualLock', { netuid, enabled: op.enabled })
    case 'add':
      return locked.call(coldkey, 'addStake', { netuid, hotkey: op.hotkey, amountRao: RAO_PER_TAO })
    case 'remove': {
      const amountAlpha = (locked.stakedAlpha(coldkey) * op.permille) / 1_000n
      return locked.call(coldkey, 'removeStake', { netuid, hotkey: op.hotkey, amountAlpha })
    }
  }
}

describe('Locks under random calls', () => {
  it('never grow but by lockStake, never keep a sale from what is free, and never let one into them', () => {
    const seen = { locked: 0, unavailable: 0, removed: 0 }
    fc.assert(
      fc.property(fc.array(operation, { minLength: 10, maxLength: 40 }), (operations) => {
        const locked = new Locked()
        for (const op of operations) {
          const before = coldkeys.map((of) => locked.lockedAlpha(of))
          const error = run(locked, op)?.refusal?.error ?? null
          for (const [at, of] of coldkeys.entries()) {
            const lockedAlpha = locked.lockedAlpha(of)
            const mayGrow = op.does === 'lock' && op.coldkey === of && error === null
            if (!mayGrow) expect(lockedAlpha).toBeLessThanOrEqual(before[at]!)
            // Each position rounds down.
            if (lockedAlpha > 0n) {
              expect(locked.stakedAlpha(of) + BigInt(hotkeys.length)).toBeGreaterThanOrEqual(lockedAlpha)
            }
          }
          if (op.does === 'lock' && error === null) seen.locked++
          if (op.does === 'remove' && error === null) seen.removed++
          if (error === 'StakeUnavailable') seen.unavailable++
        }
        expect(locked.ledger.query('invariants', {}).broken).toEqual([])
        expect(Ledger.restore(locked.ledger.snapshot(), { runEpoch }).info().head).toEqual(
          locked.ledger.info().head,
        )
      }),
      { seed: 29, numRuns: 40 },
    )
    expect(
      Object.values(seen).every((times) => times > 20),
      JSON.stringify(seen),
    ).toBe(true)
  }, 120_000)
})
