export { importBrowserExport } from './browserExport.js'
export {
  deriveNaclKey,
  KeyDerivationError,
  type KeyDerivationOptions,
  type KeyDerivationProgress,
} from './deriveNaclKey.js'
export {
  obfuscatePassword,
  passwordFromEnvironment,
  passwordVariable,
  revealPassword,
} from './environmentPassword.js'
export { encryptionOf, type OpenKeyFileOptions, openKeyFile, type PasswordSource } from './keyFile.js'
export { type KeyFileContent, parseKeyFile, publicKeyFile, secretKeyFile } from './keyFileContent.js'
export { KeyFileMismatchError, MalformedKeyFileError, UnsupportedKeyFileError } from './keyFileErrors.js'
export { decryptNacl, encryptNacl } from './naclFile.js'
export { decryptAnsibleVault, decryptFernet, deriveFernetKey } from './olderEncryptions.js'
export { type KeyFileEncryption, PasswordRequiredError, WrongPasswordError } from './passwordErrors.js'
export {
  KeyFileExistsError,
  KeyFileNotFoundError,
  readKeyBytes,
  UnsafePathError,
  writeKeyBytes,
} from './safeFiles.js'
export {
  type OpenWalletOptions,
  openWallet,
  type StoreKeyOptions,
  type UnlockOptions,
  Wallet,
} from './Wallet.js'
export {
  defaultHotkeyName,
  defaultWalletName,
  defaultWalletRoot,
  type Environment,
  InvalidWalletNameError,
  type WalletPaths,
  walletPaths,
} from './walletPaths.js'
