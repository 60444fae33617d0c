import { describe, expect, it } from 'vitest'
import { withoutSecrets } from '../../../src/errors/index.js'

const PHRASE = 'bottom drive obey lake curtain smoke basket hold race lonely fit walk'
const SEED = 'fac7959dbfe72f052e5a0c3c8d6530f202b02fd8f9f5ca3580ec8deb7797479e'

describe('withoutSecrets', () => {
  it.each([
    [PHRASE, '(not shown)'],
    [PHRASE.toUpperCase(), '(not shown)'],
    [`  ${PHRASE.replaceAll(' ', ' \n ')}//hard///pass`, '  (not shown)//hard///pass'],
    [`/keys/${PHRASE}.txt`, '/keys/(not shown).txt'],
    [PHRASE.split(' ').slice(0, 4).join(' '), '(not shown)'],
    [SEED, '(not shown)'],
    [`0x${SEED.toUpperCase()}${SEED}/soft`, '(not shown)/soft'],
    [`./${SEED}`, './(not shown)'],
  ])('leaves out what may be a secret: %.30s', (text, shown) => {
    expect(withoutSecrets(text)).toBe(shown)
  })

  it.each([
    '',
    '~/.bittensor/wallets/default/hotkeys/miner',
    'C:\\Users\\ann\\My Wallet Files\\coldkey',
    `/blobs/${SEED}/coldkey`,
    SEED.slice(1),
    '--password-from-env',
    'three words only',
    '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY',
  ])('leaves everything else: %s', (text) => {
    expect(withoutSecrets(text)).toBe(text)
  })

  it('takes time that grows with the text, not with its square', () => {
    const long = [
      `abc${' '.repeat(50_000)}`,
      'abcdefgh '.repeat(20_000),
      'a'.repeat(200_000),
      `${'ab '.repeat(50_000)}`,
    ]
    for (const text of long) expect(withoutSecrets(text).length).toBeLessThanOrEqual(text.length)
  })
})
