import { describe, expect, it } from 'vitest'
import { keyPairFromUri } from '../../../src/crypto/index.js'
import { bodyHashOf, bodyHashOfTexts } from '../../../src/http/legacy/bodyHash.js'
import { legacyMessage } from '../../../src/http/legacy/legacyMessage.js'
import { type PythonType, pyStr } from '../../../src/http/legacy/pyStr.js'

/** @source spec: `spec/wire-python-interop.md` A5 */
const vectors: readonly (readonly [value: unknown, type: PythonType, text: string, hash: string])[] = [
  ['hello', 'str', 'hello', 'cd1ba9b9d9fae7c1e56ddf6aa2947ad2e0b83b96bd91dd4b67fc560e83589bad'],
  ['héllo', 'str', 'héllo', '579d64c8f3069b33e9dfb00d300b884996787da3d5c3d86dca7181e95923eb7b'],
  ['', 'str', '', '42012470e20e90036b3098da71e1056ce0e561031bc41fa47faa1d1269f93a2e'],
  [3, 'int', '3', 'a17cffcb9dae15bad7684089c1a5e28670408951a2134f0296e8fca3ed4c94a9'],
  [1, 'float', '1.0', '6e9db2fcbcbac0c460b4894eec0f658d594d7db94b441e6cff12a7a67e48e402'],
  [0.1, 'float', '0.1', '8ed8e1d798c52760c82adc97169c1341418ae027f746e23c080a021e7525aa0a'],
  [1e16, 'float', '1e+16', '6bbcb1075c61498cb4fab9f5570d0a1652afbc44914e8bb82bd3e70e38675619'],
  [1e-5, 'float', '1e-05', '1ca2ac6218ec91e89d9a7db8a47bcde57389a2d24d5cb6d60c7d01b1c66c7083'],
  [1e15, 'float', '1000000000000000.0', 'ebb930080871bad17340c0247d65601dd8db9b8d9b7f6caea2860481d72b4ad4'],
  [true, 'bool', 'True', '8f2f2a68cd34894eb7a63d8c59237817b43f47bfba09463f678b964d55a25290'],
  [null, { optional: 'int' }, 'None', '374b5d095204fc2ce2201a0f3c315571a7097e854d9babc9ed634954d4dd9e10'],
  [
    [1, 2, 3],
    { list: 'int' },
    '[1, 2, 3]',
    'c56908861d1c9afdab9225b5ef8f2f9089b92123c5f5f75d6cfba12de7532867',
  ],
]

describe('a value in the text of Python', () => {
  it.each(vectors)('%o as %o is %s, with its hash', (value, type, text, hash) => {
    expect(pyStr(value, type)).toBe(text)
    expect(bodyHashOf({ field: value }, [{ name: 'field', type }])).toBe(hash)
  })

  it('hashes the text of a dictionary as the vector does', () => {
    const text = "{'k': 1, 'z': None, 't': True, 'f': 1.0, 'l': [1]}"
    expect(bodyHashOfTexts([text])).toBe('ed9ae2d653f6d389ba5f5738fb2ed4e96e11fee0f854047cae1d5eb67167d0b6')
  })

  it.each([
    [1.2345678901234568e17, 'float', '1.2345678901234568e+17'],
    [-0, 'float', '-0.0'],
    [-0, 'int', '0'],
    [Number.POSITIVE_INFINITY, 'float', 'inf'],
    [Number.NaN, 'float', 'nan'],
    [0.0001, 'float', '0.0001'],
    [-123.456, 'float', '-123.456'],
    [5e-324, 'float', '5e-324'],
    [12345678901234567890n, 'int', '12345678901234567890'],
    [["it's"], { list: 'str' }, '["it\'s"]'],
    [['both \' and "'], { list: 'str' }, "['both \\' and \"']"],
    [['\n\t\\\u0007\u200b\u{e0001}é'], { list: 'str' }, "['\\n\\t\\\\\\x07\\u200b\\U000e0001é']"],
    [{ a: 'x', b: 'y' }, { dict: 'str' }, "{'a': 'x', 'b': 'y'}"],
    [[null, 1], { list: { optional: 'int' } }, '[None, 1]'],
    ['hello', { optional: 'str' }, 'hello'],
    [null, { optional: 'str' }, 'None'],
    [['a', null], { optional: { list: { optional: 'str' } } }, "['a', None]"],
  ] as const)('%o as %o is %s', (value, type, text) => {
    expect(pyStr(value, type as PythonType)).toBe(text)
  })

  it.each([
    [1.5, 'int'],
    [2 ** 53, 'int'],
    ['1', 'int'],
    [1, 'bool'],
    [null, 'str'],
    [{ 2: 'b', 10: 'a' }, { dict: 'str' }],
    [[1], { dict: 'int' }],
    [{}, { list: 'int' }],
  ] as const)('%o is no %o', (value, type) => {
    expect(pyStr(value, type as PythonType)).toBeUndefined()
  })
})

describe('a body hash', () => {
  it('follows the order of the fields, not of the body', () => {
    const body = { n: 3, text: 'hello' }
    const [text, n] = [
      { name: 'text', type: 'str' },
      { name: 'n', type: 'int' },
    ] as const
    expect(bodyHashOf(body, [text, n])).toBe(
      '24cf12887e6c5561e2324a8502632b91ab190cb95c64e423290c141641613abb',
    )
    expect(bodyHashOf(body, [n, text])).toBe(
      '5fd2418cb27def1cc32b59a6bf988b7f59b22ec43621ccedfb46c22d3c4cb334',
    )
  })

  it('is the hash of nothing where no field is signed', () => {
    expect(bodyHashOf({ any: 1 }, [])).toBe(
      'a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a',
    )
  })

  it('is none where a field is missing, inherited ones included', () => {
    expect(bodyHashOf({}, [{ name: 'toString', type: 'str' }])).toBeUndefined()
  })
})

describe('the message of bt_header', () => {
  // @source spec: `spec/wire-python-interop.md` A4
  const bob = keyPairFromUri('//Bob').address
  const message = legacyMessage({
    nonce: 1752076800000000000n,
    sender: keyPairFromUri('//Alice').address,
    receiver: bob,
    uuid: '5ecbd69c-1cec-11ee-b0dc-e29ce36fec1a',
    bodyHash: 'a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a',
  })

  it('is five parts with dots between', () => {
    expect(new TextDecoder().decode(message)).toBe(
      '1752076800000000000.5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY.5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty.5ecbd69c-1cec-11ee-b0dc-e29ce36fec1a.a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a',
    )
  })

  it('holds under the signature of the vector', () => {
    const signature = Buffer.from(
      'a00d0623b4f204dfc80b4ddc45bc70812c0c16b73405e7a65b33999210e5154e909956765c6e5e34933663a5a983c2e9d5fe3074f7effc98fbda2c837f325f87',
      'hex',
    )
    expect(keyPairFromUri('//Alice').verify(message, signature)).toBe(true)
  })
})
