export { importBrowserExport } from './browserExport.js'
export {
  deriveNaclKey,
  KeyDerivationError,
  type KeyDerivationOptions,
  type KeyDerivationProgress,
} from './deriveNaclKey.js'
export {
  type EnvironmentPasswordOptions,
  obfuscatePassword,
  passwordFromEnvironment,
  passwordVariable,
  revealPassword,
} from './environmentPassword.js'
export {
  KeyFileExistsError,
  KeyFileNotFoundError,
  KeyFileWriteError,
  UnsafePathError,
} from './fileErrors.js'
export { encryptionOf, type OpenKeyFileOptions, openKeyFile, type PasswordSource } from './keyFile.js'
export { type PublicKeyParts, publicKeyFile, secretKeyFile } from './keyFileBytes.js'
export { type KeyFileContent, parseKeyFile } from './keyFileContent.js'
export {
  KeyFileMismatchError,
  MalformedKeyFileError,
  UnsupportedKeyFileError,
  type UnsupportedKind,
} from './keyFileErrors.js'
export {
  type LoadedKeyFile,
  type LoadKeyFileOptions,
  loadKeyFile,
  type UnlockOptions,
} from './loadKeyFile.js'
export { decryptNacl, type EncryptOptions, encryptNacl } from './naclFile.js'
export { decryptAnsibleVault, decryptFernet, deriveFernetKey } from './olderEncryptions.js'
export { type KeyFileEncryption, PasswordRequiredError, WrongPasswordError } from './passwordErrors.js'
export { readKeyBytes } from './readKeyBytes.js'
export { kindOfPath } from './safePaths.js'
export { openWallet, Wallet } from './Wallet.js'
export type {
  CreateColdkeyOptions,
  CreateHotkeyOptions,
  LoadHotkeyOptions,
  OpenWalletOptions,
  StoreKeyOptions,
} from './walletOptions.js'
export {
  defaultHotkeyName,
  defaultWalletName,
  defaultWalletRoot,
  type Environment,
  InvalidWalletNameError,
  type WalletPaths,
  walletPaths,
} from './walletPaths.js'
export { type WriteOptions, writeKeyBytes } from './writeKeyFiles.js'
