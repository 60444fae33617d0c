import { isIPv4, isIPv6 } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isAnnounceable, isLoopback, readIpAddress } from '../../../src/ledger/rules/ipAddress.js'

const kindOf = (text: string): number | null => readIpAddress(text)?.type ?? null
const kindOfNode = (text: string): number | null => (isIPv4(text) ? 4 : isIPv6(text) ? 6 : null)

describe('readIpAddress', () => {
  it('reads both kinds as numbers', () => {
    expect(readIpAddress('1.2.3.4')).toEqual({ type: 4, value: 0x01020304n })
    expect(readIpAddress('2001:db8::ff')).toEqual({ type: 6, value: (0x20010db8n << 96n) | 0xffn })
    expect(readIpAddress('::ffff:1.2.3.4')).toEqual({ type: 6, value: 0xffff_0102_0304n })
    expect(readIpAddress('::')).toEqual({ type: 6, value: 0n })
    expect(readIpAddress('1::')).toEqual({ type: 6, value: 1n << 112n })
  })

  it('agrees with Node.js on what an address is', () => {
    const texts = [
      ...[
        '',
        '1.2.3',
        '1.2.3.4.5',
        '256.1.1.1',
        '01.2.3.4',
        '1.2.3.x',
        ' 1.2.3.4',
        '0.0.0.0',
        '255.255.255.255',
      ],
      ...[
        '1:2:3:4:5:6:7:8',
        '1:2:3:4:5:6:7',
        '1:2:3:4:5:6:7:8:9',
        '1::2::3',
        ':1',
        '1:',
        ':::',
        '12345::',
        'g::',
      ],
      ...[
        '1:2:3:4:5:6:7::',
        '::1:2:3:4:5:6:7',
        '1:2:3:4::5:6:7:8',
        '::1.2.3',
        '::1.2.3.4:5',
        '1:2:3:4:5:6:1.2.3.4',
      ],
      ...['127.1', '0x7f.0.0.1', '0177.0.0.1', '2130706433', '1.2.3.4\n', '1.2.3.08', '１.2.3.4'],
      ...[
        '::01.2.3.4',
        '::1.02.3.4',
        '::1.2.3.04',
        '::1.2.3.256',
        '::ffff:1.2.3',
        '::ffff:0:1.2.3.4',
        '00001::',
      ],
      'a'.repeat(100),
    ]
    for (const text of texts) expect([text, kindOf(text)]).toEqual([text, kindOfNode(text)])
  })

  it('agrees with Node.js on whatever parts of addresses make up, and on nothing with a zone', () => {
    const group = fc.constantFrom(
      '',
      '0',
      '1',
      '00',
      '01',
      'ff',
      'FFFF',
      '255',
      '256',
      '12345',
      'g',
      '1.2.3.4',
      '01.2.3.4',
      '1.2.3',
    )
    const between = fc.constantFrom(':', ':', ':', ':', '::', '.')
    const text = fc
      .array(fc.tuple(between, group), { minLength: 1, maxLength: 9 })
      .map((parts) => parts.flat().join('').slice(1))
    const addresses = [fc.ipV4(), fc.ipV6(), fc.ipV4Extended()]
    fc.assert(
      fc.property(fc.oneof(text, ...addresses), (address) => {
        expect(kindOf(address)).toBe(kindOfNode(address))
        expect(readIpAddress(`${address}%eth0`)).toBeNull()
        expect(readIpAddress(`${address}%1`)).toBeNull()
      }),
      { numRuns: 3_000 },
    )
  })

  it('knows loopback and what cannot be announced', () => {
    const of = (text: string) => readIpAddress(text)!
    expect([of('127.0.0.1'), of('::1')].map(isLoopback)).toEqual([true, true])
    expect(['127.0.0.2', '10.0.0.1', '0.0.0.0', '::'].map((text) => isAnnounceable(of(text)))).toEqual([
      true,
      true,
      true,
      true,
    ])
    expect(
      ['127.0.0.1', '::1', '255.255.255.255', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'].map((text) =>
        isAnnounceable(of(text)),
      ),
    ).toEqual([false, false, false, false])
  })
})
