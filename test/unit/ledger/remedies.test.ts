import { describe, expect, it } from 'vitest'
import { localnetPreset } from '../../../src/chain/index.js'
import { encodeCanonical } from '../../../src/codec/index.js'
import { runEpoch } from '../../../src/consensus/index.js'
import { keyPairFromUri } from '../../../src/crypto/index.js'
import { Ledger, type LedgerOptions, type SignedCall, type TestCall } from '../../../src/ledger/index.js'
import { MemoryStore } from '../../support/MemoryStore.js'

const genesis = { config: localnetPreset().config, endowments: [] }
const { address } = keyPairFromUri('//Alice')
const call: TestCall = { signer: address, name: 'startSubnet', args: { netuid: 1 } }

/** What is said of work that fails. */
function said(work: () => unknown): string {
  try {
    return `nothing was refused: ${String(work())}`
  } catch (error) {
    return String(error)
  }
}

describe('A ledger says what to do', () => {
  it('without an epoch function', () => {
    const none = {} as LedgerOptions
    expect(said(() => new Ledger(genesis, none))).toContain('epochFunction() of subnetkit/engine')
  })

  it('with a call that nobody signed or made, by its place', () => {
    const calls = [call as unknown as SignedCall]
    const ledger = new Ledger(genesis, { runEpoch })
    expect(said(() => ledger.finalizeBlock(calls))).toMatch(/Invalid calls\[0\].*Ledger\.testCall/)
  })

  it('with a call of test origin on a chain that takes none', () => {
    const ledger = new Ledger(genesis, { runEpoch })
    const [dropped] = ledger.finalizeBlock([ledger.testCall(call)]).dropped
    expect(dropped?.refusal).toMatchObject({
      error: 'BadOrigin',
      data: { because: 'testOriginClosed', callName: 'startSubnet' },
      remedy: expect.stringContaining('testOriginAllowed'),
    })
  })

  it('with a store that holds no chain', () => {
    const resume = () => Ledger.resume({ runEpoch, store: new MemoryStore() })
    expect(said(resume)).toContain('new Ledger with this store begins one')
  })

  it('with a snapshot of an earlier format, and with bytes that are none', () => {
    const former = encodeCanonical(['subnetkit/snapshot/2', '', [], '', new Uint8Array()])
    const restored = (bytes: Uint8Array) => said(() => Ledger.restore(bytes, { runEpoch }))
    expect(restored(former)).toContain('its format is subnetkit/snapshot/2, not subnetkit/snapshot/5')
    expect(restored(new Uint8Array())).toMatch(/its bytes are damaged.*Restore bytes that snapshot returned/)
    expect(restored(new Uint8Array())).not.toContain('encodeCanonical')
  })
})
