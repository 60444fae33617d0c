import { describe, expect, it } from 'vitest'
import { fits } from '../../../../src/checks/index.js'
import { InvalidArgumentError } from '../../../../src/errors/index.js'
import { alphaField, orNull, raoField, takeField } from '../../../../src/ledger/calls/fields.js'
import { type CallName, signCall } from '../../../../src/ledger/index.js'
import { asHotkey } from '../../../../src/units/index.js'
import { keyOf } from '../harness.js'

const hotkey = asHotkey(keyOf('hot').address)
const place = { genesisHash: '00'.repeat(32), recentBlockHash: '00'.repeat(32), nonce: 0, expiryBlock: 9 }

/** What is said of a call with arguments that are none. */
function saidOf(name: CallName, args: object): string {
  try {
    signCall(keyOf('alice'), { ...place, name, args } as never)
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidArgumentError)
    return String(error)
  }
  throw new Error('nothing was refused')
}

describe('a call with an argument that is none', () => {
  it('says of alpha that it is alpha', () => {
    const said = saidOf('removeStake', { netuid: 1, hotkey, amountAlpha: 1.5 })
    expect(said).toMatch(/args\.amountAlpha: 1\.5\. Pass alpha in its smallest unit as a bigint/)
    expect(said).not.toContain('rao')
  })

  it('says of a take that it is parts of 65535', () => {
    expect(saidOf('increaseTake', { hotkey, takeU16: 0.18 })).toContain('18% is 11796')
    expect(saidOf('setChildkeyTake', { netuid: 1, hotkey, takeU16: 0.18 })).toContain('Pass parts of 65535')
  })

  it('says of a limit that is left out that null will do', () => {
    expect(saidOf('registerNeuron', { netuid: 1, hotkey })).toMatch(
      /args\.limitRao.*Pass rao as a bigint .*; null is possible too\./,
    )
  })
})

describe('the checks of fields', () => {
  it('hold alpha and limits to 64 bits, and takes to 16', () => {
    const ends = [0n, 2n ** 64n - 1n]
    const beyond = [-1n, 2n ** 64n, 1, '1', undefined]
    const limit = orNull(raoField)
    for (const { check } of [alphaField, limit]) {
      expect(ends.map((value) => fits(check, value))).toEqual([true, true])
      expect(beyond.filter((value) => fits(check, value))).toEqual([])
    }
    expect([fits(alphaField.check, null), fits(limit.check, null)]).toEqual([false, true])
    expect([0, 65_535, 65_536, -1, 0.18, 1n].map((value) => fits(takeField.check, value))).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ])
  })
})
