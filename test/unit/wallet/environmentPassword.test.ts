import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  KeyFileNotFoundError,
  obfuscatePassword,
  passwordFromEnvironment,
  passwordVariable,
  revealPassword,
} from '../../../src/wallet/index.js'
import { rejection } from './rejection.js'
import { temporaryFolder } from './temporaryFolder.js'

const PATH = '/home/me/.bittensor/wallets/w/coldkey'
const VARIABLE = 'BT_PW__HOME_ME__BITTENSOR_WALLETS_W_COLDKEY'

describe('passwordVariable', () => {
  it('is the path in capitals with slashes and dots as underscores', () => {
    expect(passwordVariable(PATH)).toBe(VARIABLE)
  })
})

describe('revealPassword', () => {
  it('gives back what was hidden, in any script', () => {
    const password = 'pässwörd longer than its variable'
    expect(revealPassword('BT_PW_X', obfuscatePassword('BT_PW_X', password))).toBe(password)
  })

  it.each(['', 'not base64!', 'fn5+fn5+fn5+'])(
    'answers nothing for %j under a name it does not fit',
    (hidden) => {
      expect(revealPassword('\xff', hidden)).toBeUndefined()
    },
  )
})

describe('passwordFromEnvironment', () => {
  it('prefers the variable of the file, then the common one, then the named file', async () => {
    const file = join(await temporaryFolder(), 'password')
    await writeFile(file, ' from file \n', { mode: 0o600 })
    const own = { [VARIABLE]: obfuscatePassword(VARIABLE, 'own') }
    const common = { BT_WALLET_PASSWORD: 'common' }
    const named = { BT_WALLET_PASSWORD_FILE: file }
    expect(await passwordFromEnvironment(PATH, { ...own, ...common, ...named })).toBe('own')
    expect(await passwordFromEnvironment(PATH, { ...common, ...named })).toBe('common')
    expect(await passwordFromEnvironment(PATH, named)).toBe('from file')
    expect(await passwordFromEnvironment(PATH, {})).toBeUndefined()
  })

  it('names a password file that is missing', async () => {
    const work = passwordFromEnvironment(PATH, { BT_WALLET_PASSWORD_FILE: '/nowhere/at/all' })
    expect((await rejection(work, KeyFileNotFoundError)).path).toBe('/nowhere/at/all')
  })
})
