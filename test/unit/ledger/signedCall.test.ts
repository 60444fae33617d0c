import { describe, expect, it } from 'vitest'
import { decodeCanonical, encodeCanonical } from '../../../src/codec/index.js'
import { bytesOfHex, keyPairFromUri } from '../../../src/crypto/index.js'
import { InvalidArgumentError } from '../../../src/errors/index.js'
import {
  checkCallArgs,
  encodeCall,
  MAX_CALL_BYTES,
  signCall,
  weightsCommitHash,
} from '../../../src/ledger/index.js'
import { Harness, signedNow } from './harness.js'

const OTHER_HASH = 'ab'.repeat(32)

function transferOf(h: Harness, overrides: object = {}): Parameters<typeof signCall<'transfer'>>[1] {
  const args = { to: h.key('bob').address, amountRao: 1_000n }
  return { ...signedNow(h.ledger), nonce: 0, name: 'transfer', args, ...overrides }
}

/** What the pool's door and a block say of the same bytes. */
function judge(h: Harness, bytes: Uint8Array): (string | null)[] {
  const checked = h.ledger.checkTx(bytes)
  const made = h.ledger.finalizeBlock([bytes])
  h.ledger.commit()
  return [checked.accepted ? null : checked.refusal.error, made.dropped[0]?.refusal.error ?? null]
}

describe('a signed call', () => {
  it('is accepted from both schemes', () => {
    for (const scheme of ['sr25519', 'ed25519'] as const) {
      const h = new Harness({ endowedTao: { bob: 1 } })
      const key = keyPairFromUri('//stranger', { scheme })
      expect(judge(h, signCall(key, transferOf(h)))).toEqual([null, null])
      expect(h.ledger.query('account', { address: key.address }).nonce).toBe(1)
    }
  })

  it('is refused by name for another chain or history, a past expiry and a used nonce', () => {
    const h = new Harness()
    const alice = h.key('alice')
    for (const [part, error] of [
      [{ genesisHash: OTHER_HASH }, 'WrongChain'],
      [{ recentBlockHash: OTHER_HASH }, 'AncientBirthBlock'],
    ] as const) {
      expect(judge(h, signCall(alice, transferOf(h, part)))).toEqual([error, error])
    }
    expect(judge(h, signCall(alice, transferOf(h, { expiryBlock: 1 })))).toEqual(['Expired', 'Expired'])
    expect(judge(h, signCall(alice, transferOf(h)))).toEqual([null, null])
    expect(judge(h, signCall(alice, transferOf(h)))).toEqual(['StaleNonce', 'StaleNonce'])
  })

  it('names one of the last blocks of a window and expires within it', () => {
    const h = new Harness({ config: { callWindowBlocks: 4 } })
    const signAt = (nonce: number, changes: object = {}): Uint8Array =>
      signCall(h.key('alice'), transferOf(h, { nonce, ...changes }))
    const atGenesis = signedNow(h.ledger)
    expect(atGenesis.expiryBlock).toBe(4)
    expect(judge(h, signAt(0, { expiryBlock: 5 }))).toEqual(['ExpiryTooFar', 'ExpiryTooFar'])
    h.blocks(2)
    // Block 4 is next: the last one that a call of block 0 may be in.
    expect(judge(h, signAt(0, atGenesis))).toEqual([null, null])
    expect(judge(h, signAt(1, atGenesis))).toEqual(['Expired', 'Expired'])
    expect(judge(h, signAt(1, { ...atGenesis, expiryBlock: 9 }))).toEqual([
      'AncientBirthBlock',
      'AncientBirthBlock',
    ])
    expect(judge(h, signAt(1))).toEqual([null, null])
  })

  it('may still go into the block of its expiry', () => {
    const h = new Harness()
    h.blocks(4)
    const bytes = signCall(h.key('alice'), transferOf(h, { expiryBlock: 5 }))
    expect(judge(h, bytes)).toEqual([null, null])
  })

  it('waits at the door with a nonce ahead, and is dropped from a block until the gap is filled', () => {
    const h = new Harness()
    expect(judge(h, signCall(h.key('alice'), transferOf(h, { nonce: 1 })))).toEqual([null, 'NonceGap'])
  })

  it('is refused when its signature is altered, missing or of another payload', () => {
    const h = new Harness()
    const good = signCall(h.key('alice'), transferOf(h))
    const [scheme, publicKey, payload, signature] = decodeCanonical(good) as [
      string,
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ]
    const altered = signature.slice()
    altered[10]! ^= 1
    const others = signCall(h.key('bob'), transferOf(h))
    const [, bobKey] = decodeCanonical(others) as [string, Uint8Array]
    for (const bytes of [
      encodeCanonical([scheme, publicKey, payload, altered]),
      encodeCanonical([scheme, bobKey, payload, signature]),
      encodeCanonical(['sr25519', publicKey, payload, signature]),
      encodeCanonical([scheme, publicKey, encodeCall(transferOf(h, { nonce: 5 })), signature]),
      // A signature over the bare payload, without the tag that says it is a call.
      encodeCanonical([scheme, publicKey, payload, h.key('alice').sign(payload)]),
    ]) {
      expect(judge(h, bytes)).toEqual(['BadSignature', 'BadSignature'])
    }
  })

  it('is malformed when its envelope or payload cannot be read', () => {
    const h = new Harness()
    const alice = h.key('alice')
    const tag = new TextEncoder().encode('subnetkit/call/1\0')
    const wrap = (payload: Uint8Array): Uint8Array => {
      const message = new Uint8Array([...tag, ...payload])
      return encodeCanonical([alice.scheme, alice.publicKey, payload, alice.sign(message)])
    }
    const goodArgs = [h.key('bob').publicKey, 5n]
    const chain = [bytesOfHex(h.ledger.info().genesisHash), bytesOfHex(h.ledger.info().genesisHash)] as const
    const salt = new Uint8Array()
    const spoiled: Uint8Array[] = [
      new Uint8Array(),
      new Uint8Array([0xc1]),
      new Uint8Array(MAX_CALL_BYTES + 1),
      encodeCanonical(null),
      encodeCanonical(['rsa', alice.publicKey, new Uint8Array(), new Uint8Array(64)]),
      encodeCanonical(['ed25519', new Uint8Array(31), new Uint8Array(), new Uint8Array(64)]),
      encodeCanonical(['ed25519', alice.publicKey, 'text', new Uint8Array(64)]),
      encodeCanonical(['ed25519', alice.publicKey, new Uint8Array(), new Uint8Array(63)]),
      wrap(new Uint8Array([1])),
      wrap(encodeCanonical([...chain, 0, 100, 'transfer', salt])),
      wrap(encodeCanonical(['localnet', 0, 100, 'transfer', goodArgs, salt])),
      wrap(encodeCanonical([...chain, -1, 100, 'transfer', goodArgs, salt])),
      wrap(encodeCanonical([...chain, 0, 1.5, 'transfer', goodArgs, salt])),
      wrap(encodeCanonical([7, chain[1], 0, 100, 'transfer', goodArgs, salt])),
      wrap(encodeCanonical([chain[0], new Uint8Array(31), 0, 100, 'transfer', goodArgs, salt])),
      wrap(encodeCanonical([...chain, 0, 100, 'toString', goodArgs, salt])),
      wrap(encodeCanonical([...chain, 0, 100, 'transfer', goodArgs])),
      wrap(encodeCanonical([...chain, 0, 100, 'transfer', goodArgs, new Uint8Array(17)])),
      wrap(encodeCanonical([...chain, 0, 100, 'transfer', goodArgs, 'salt'])),
      wrap(encodeCanonical([...chain, 0, 100, 'transfer', [goodArgs[0]!], salt])),
      wrap(encodeCanonical([...chain, 0, 100, 'transfer', [goodArgs[0]!, -5n], salt])),
      wrap(encodeCanonical([...chain, 0, 100, 'transfer', [new Uint8Array(31), 5n], salt])),
      wrap(
        encodeCanonical([...chain, 0, 100, 'setWeights', [1, new Uint8Array(3), new Uint8Array(2), 0], salt]),
      ),
      wrap(encodeCanonical([...chain, 0, 100, 'setHyperparameter', [1, 'tempoBlocks', '01'], salt])),
      wrap(encodeCanonical([...chain, 0, 100, 'serveAxon', [1, 'x'.repeat(65), 1, 0], salt])),
      wrap(encodeCanonical([...chain, 0, 100, 'registerNeuron', [65_536, alice.publicKey, null], salt])),
    ]
    for (const bytes of spoiled) expect(judge(h, bytes)).toEqual(['MalformedCall', 'MalformedCall'])
    expect(judge(h, wrap(encodeCanonical([...chain, 0, 100, 'transfer', goodArgs, salt])))).toEqual([
      null,
      null,
    ])
  })

  it('leaves its signature out of every hash', () => {
    const [one, other] = [new Harness(), new Harness()]
    const key = keyPairFromUri('//Signer')
    const call = transferOf(one)
    const first = signCall(key, call, new Uint8Array(32).fill(1))
    const second = signCall(key, call, new Uint8Array(32).fill(2))
    expect(first).not.toEqual(second)
    expect(other.block(second).header).toEqual(one.block(first).header)
  })

  it('is another one with another salt', () => {
    const h = new Harness()
    const signed = [undefined, 1, 2].map((salt) =>
      signCall(h.key('alice'), transferOf(h, salt === undefined ? {} : { salt: Uint8Array.of(salt) })),
    )
    const hashes = signed.map((bytes) => {
      const checked = h.ledger.checkTx(bytes)
      return checked.accepted && checked.callHash
    })
    expect(new Set(hashes).size).toBe(3)
  })

  it('counts once when it comes twice', () => {
    const h = new Harness()
    const bytes = h.sign('alice', 'transfer', { to: h.key('bob').address, amountRao: 1_000n })
    const made = h.block(bytes, bytes)
    expect(made.receipts).toHaveLength(1)
    expect(made.dropped).toEqual([{ position: 1, refusal: expect.objectContaining({ error: 'StaleNonce' }) }])
  })

  it('cannot be written with arguments of the wrong kind', () => {
    const h = new Harness()
    const wrong: object[] = [
      { name: 'transfer', args: { to: h.key('bob').address, amountRao: -1n } },
      { name: 'transfer', args: { to: h.key('bob').address, amountRao: 2n ** 64n - 1n + 1n } },
      { name: 'setWeights', args: { netuid: 1, uids: [70_000], values: [1], versionKey: 0 } },
      { name: 'registerNeuron', args: { netuid: 1.5, hotkey: h.hotkey('x'), limitRao: null } },
      { genesisHash: 'localnet' },
      { salt: new Uint8Array(17) },
      { recentBlockHash: OTHER_HASH.toUpperCase() },
    ]
    for (const part of wrong) {
      expect(() => signCall(h.key('alice'), transferOf(h, part))).toThrow(InvalidArgumentError)
    }
  })

  it('cannot be written with a hole in a list', () => {
    const h = new Harness()
    // biome-ignore lint/suspicious/noSparseArray: it is what is refused.
    const holed = [, 1] as number[]
    const row = { netuid: 1, uids: holed, values: [1, 1], versionKey: 0 }
    const wrong: readonly (readonly [name: string, args: object, field: string])[] = [
      ['setWeights', row, 'args.uids'],
      ['setWeights', { ...row, uids: [0, 1], values: holed }, 'args.values'],
      ['setMechanismEmissionSplit', { netuid: 1, splitU16: holed }, 'args.splitU16'],
      ['setCommitment', { netuid: 1, fields: new Array(1) }, 'args.fields'],
      ['setChildren', { netuid: 1, hotkey: h.hotkey('x'), children: new Array(1) }, 'args.children[0]'],
      ['batchSetWeights', { entries: new Array(1) }, 'args.entries[0]'],
    ]
    for (const [name, args, field] of wrong) {
      for (const write of writers(h, name, args)) expect(write).toThrow(`Invalid ${field}`)
    }
    expect(() => weightsCommitHash({ hotkey: h.hotkey('x'), ...row, salt: [1] })).toThrow(
      InvalidArgumentError,
    )
  })

  it('cannot be written with arguments that are inherited, of a class, or cannot be read', () => {
    const h = new Harness()
    const to = h.key('bob').address
    const failing = Object.defineProperty({ to }, 'amountRao', {
      enumerable: true,
      get: () => {
        throw new RangeError('not today')
      },
    })
    class Transfer {
      readonly to = to
      get amountRao() {
        return 1n
      }
    }
    const endless: unknown[] = []
    endless.push(endless)
    const wrong: readonly (readonly [args: object, field: RegExp])[] = [
      [Object.create({ to, amountRao: 1n }), /Invalid (call\.)?args:/],
      [Object.assign(Object.create({ to }), { amountRao: 1n }), /Invalid (call\.)?args:/],
      [new Transfer(), /Invalid (call\.)?args:/],
      [failing, /Invalid (call\.)?args\.amountRao: undefined/],
      [{ to, amountRao: endless }, /Invalid (call\.)?args\.amountRao/],
    ]
    for (const [args, message] of wrong) {
      for (const write of [...writers(h, 'transfer', args), () => checkCallArgs('transfer', args)]) {
        expect(write).toThrow(InvalidArgumentError)
        expect(write).toThrow(message)
      }
    }
  })

  it('reads each argument once: what was checked is what is signed', () => {
    const h = new Harness()
    let reads = 0
    const uids = Object.defineProperty([0], 0, { enumerable: true, get: () => (reads++ === 0 ? 7 : 70_000) })
    const changing = { netuid: 1, uids, values: [1], versionKey: 0 }
    const plain = { ...changing, uids: [7] }
    for (const name of ['signCall', 'testCall'] as const) {
      reads = 0
      const [one, other] = [changing, plain].map((args) =>
        name === 'signCall'
          ? encodeCall(transferOf(h, { name: 'setWeights', args }))
          : h.ledger.testCall({ signer: h.key('alice').address, name: 'setWeights', args }).callHash,
      )
      expect(one).toEqual(other)
      expect(reads).toBe(1)
    }
  })
})

/** Both ways to write a call. */
function writers(h: Harness, name: string, args: object): (() => unknown)[] {
  return [
    () => signCall(h.key('alice'), transferOf(h, { name, args })),
    () => h.ledger.testCall({ signer: h.key('alice').address, name, args } as never),
  ]
}
