import { flag, logger, oneOf, optional, secret, shape, text } from '../checks/index.js'
import type { KeyPair } from '../crypto/index.js'
import type { Logger } from '../log/index.js'
import { derivationChecks, type KeyDerivationOptions } from './deriveNaclKey.js'
import { keyPairKind } from './keyFileBytes.js'
import { type UnlockOptions, unlockChecks } from './loadKeyFile.js'
import { type Environment, environmentCheck } from './walletPaths.js'

/** Which wallet to open. */
export interface OpenWalletOptions {
  /** The wallets folder; `BT_WALLET_PATH` or `~/.bittensor/wallets` unless given. */
  readonly root?: string
  /** `BT_WALLET_NAME`, `BT_WALLET` or `default` unless given. */
  readonly name?: string
  /** Which hotkey is meant where none is named; `BT_WALLET_HOTKEY` or `default` unless given. */
  readonly hotkey?: string
  /** Where those defaults come from; `process.env` unless given. */
  readonly environment?: Environment
  /** Told what a person should know, such as a secret that others can read; standard error unless given. */
  readonly logger?: Logger
}

/** What to store for a new key. */
export interface StoreKeyOptions extends KeyDerivationOptions {
  readonly keyPair: KeyPair
  /** The words the pair comes from, when they are to be stored with it (no path, no passphrase). */
  readonly mnemonic?: string
  /** Encrypts the file as `$NACL`. */
  readonly password?: string
  /** Replaces files that exist; the keys in them are lost. Refused unless set. */
  readonly overwrite?: boolean
}

/** How to load a hotkey. */
export interface LoadHotkeyOptions extends UnlockOptions {
  /** The wallet's own hotkey unless given. */
  readonly name?: string
}

/** What to store for a new hotkey. */
export interface CreateHotkeyOptions extends StoreKeyOptions {
  /** The wallet's own hotkey unless given. */
  readonly name?: string
}

/** What to store for a new coldkey. */
export interface CreateColdkeyOptions extends StoreKeyOptions {
  /** `true` is the only way to store it without a password. */
  readonly unencrypted?: true
}

const name = optional(text())

export const openWalletOptions = secret(
  shape<OpenWalletOptions>({
    root: name,
    name,
    hotkey: name,
    environment: optional(environmentCheck),
    logger: optional(logger),
  }),
)

export const unlockOptions = secret(shape<UnlockOptions>(unlockChecks))

export const loadHotkeyOptions = secret(shape<LoadHotkeyOptions>({ ...unlockChecks, name }))

const storeChecks = {
  ...derivationChecks,
  keyPair: keyPairKind,
  mnemonic: optional(text({ min: 1 })),
  password: optional(text({ min: 1 })),
  overwrite: optional(flag),
}

export const createHotkeyOptions = secret(shape<CreateHotkeyOptions>({ ...storeChecks, name }))

export const createColdkeyOptions = secret(
  shape<CreateColdkeyOptions>({ ...storeChecks, unencrypted: optional(oneOf([true])) }),
)
