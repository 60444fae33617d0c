import { isIPv4, isIPv6 } from 'node:net'
import { describe, expect, it } from 'vitest'
import { isAnnounceable, isLoopback, readIpAddress } from '../../../src/ledger/rules/ipAddress.js'

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
      'a'.repeat(100),
    ]
    for (const text of texts) {
      expect([text, readIpAddress(text)?.type ?? null]).toEqual([
        text,
        isIPv4(text) ? 4 : isIPv6(text) ? 6 : null,
      ])
    }
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
