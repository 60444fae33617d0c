import { describe, expect, it } from 'vitest'
import { toWire } from '../../../../src/chain/remote/wireValues.js'
import { encodeCanonical } from '../../../../src/codec/index.js'
import { keyPairFromUri } from '../../../../src/crypto/index.js'
import { InvalidArgumentError } from '../../../../src/errors/index.js'
import { describeRefusals, refuse } from '../../../../src/ledger/index.js'

const { address } = keyPairFromUri('//Alice')

/** One value of each kind of field, and how a sentence writes it. */
const SAMPLES: { readonly [holds: string]: readonly [value: unknown, said: string] } = {
  Address: [address, address],
  Hotkey: [address, address],
  Coldkey: [address, address],
  Uid: [7, '7'],
  Netuid: [3, '3'],
  BlockNumber: [120, '120'],
  Rao: [1_500_000_000n, '1.5 TAO (1500000000 rao)'],
  'Rao or null': [null, 'none'],
  Alpha: [2_500_000_000n, '2.5 alpha (2500000000 units)'],
  bigint: [2n ** 70n, '1180591620717411303424'],
  hash: ['ab'.repeat(32), 'ab'.repeat(32)],
  number: [11, '11'],
  string: ['tempoBlocks', 'tempoBlocks'],
  'number or bigint': [11n, '11'],
  'number, bigint or boolean': [9n, '9'],
  'Swap, Keep or KeepSubnets': ['Keep', 'Keep'],
}

const anyRefuse = refuse as unknown as (error: string, data?: object) => ReturnType<typeof refuse>

const sampleOf = (field: string, holds: string): readonly [value: unknown, said: string] =>
  SAMPLES[holds] ?? [`no sample of ${field}: ${holds}`, '']

describe('every refusal', () => {
  it.each(describeRefusals())('says $name $because with its values', (entry) => {
    const { name, because, data: fields, says, remedy } = entry
    const given = Object.fromEntries(fields.map(({ field, holds }) => [field, sampleOf(field, holds)[0]]))
    const data = because === null ? given : { because, ...given }
    const filled = (text: string): string =>
      fields.reduce(
        (said, { field, holds }) => said.replaceAll(`{${field}}`, sampleOf(field, holds)[1]),
        text,
      )
    const refusal = anyRefuse(name, data)
    expect(refusal).toEqual({ error: name, data, detail: filled(says), remedy: filled(remedy) })
    expect(`${refusal.detail}${refusal.remedy}`).not.toMatch(/undefined|\[object|[{}]|no sample/)
  })
})

describe('every refusal with a number', () => {
  const isNumber = (holds: string): boolean =>
    ['BlockNumber', 'number', 'number or bigint', 'number, bigint or boolean', 'Uid', 'Netuid'].includes(
      holds,
    )
  const counting = describeRefusals().filter(({ data }) => data.some(({ holds }) => isNumber(holds)))

  it.each(counting)('$name $because can be written, however far the number lies', (entry) => {
    const { name, because, data: fields } = entry
    for (const large of [2 ** 53, Number.MAX_SAFE_INTEGER + 7, Number.POSITIVE_INFINITY]) {
      const given = fields.map(({ field, holds }) => [
        field,
        isNumber(holds) ? large : sampleOf(field, holds)[0],
      ])
      const { data, detail } = anyRefuse(name, { ...(because && { because }), ...Object.fromEntries(given) })
      expect(() => encodeCanonical(toWire(data))).not.toThrow()
      for (const { field, holds } of fields) {
        if (isNumber(holds)) expect(data).toHaveProperty(field, Number.MAX_SAFE_INTEGER)
      }
      expect(detail).not.toMatch(/9007199254740992|Infinity/)
    }
  })
})

describe('refuse', () => {
  it('writes small amounts in their units, and large ones in TAO or alpha as well', () => {
    expect(refuse('FundsUnavailable', { balanceRao: 5n, amountRao: 2_000_000_000n }).detail).toBe(
      'The balance is 5 rao, less than the 2 TAO (2000000000 rao) to be sent.',
    )
    const sold = { netuid: 1, offeredAlpha: 5n, limitRaoPerAlpha: null }
    expect(refuse('ReservesTooLow', { because: 'selling', ...sold }).detail).toContain(
      '5 units of alpha sells',
    )
  })

  it.each<[error: string, data: object, field: string]>([
    ['TooQuiet', {}, 'error'],
    ['toString', {}, 'error'],
    ['SubnetNotExists', {}, 'data.netuid'],
    ['SubnetNotExists', { netuid: 1, hotkey: address }, 'data.hotkey'],
    ['AmountTooLow', { offeredRao: 1n }, 'data.because'],
    ['AmountTooLow', { because: 'toString' }, 'data.because'],
    ['AmountTooLow', { because: 'belowLeast', offeredRao: 1n }, 'data.leastRao'],
  ])('refuses %s with %o, naming %s', (error, data, field) => {
    expect(() => anyRefuse(error, data)).toThrow(InvalidArgumentError)
    expect(() => anyRefuse(error, data)).toThrow(expect.objectContaining({ field }))
  })
})
