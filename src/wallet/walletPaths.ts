import { join } from 'node:path'
import { check, optional, recordOf, secret, text } from '../checks/index.js'
import { BaseError, describeValue, withoutSecrets } from '../errors/index.js'
import { expandHome } from './homePath.js'

/** Environment variables, such as `process.env`. */
export interface Environment {
  readonly [name: string]: string | undefined
}

/** A wallet or hotkey name that is no single, visible path segment. */
export class InvalidWalletNameError extends BaseError {
  override readonly name = 'InvalidWalletNameError'
  readonly code = 'InvalidWalletName'
  readonly walletName: string
  readonly why: string

  constructor(details: { walletName: string; why: string }) {
    const walletName = withoutSecrets(details.walletName)
    super(`${describeValue(walletName)} cannot name a wallet or hotkey: ${details.why}.`, {
      hints: ['Use one path segment of visible characters, such as "default".'],
      docsPath: 'errors#invalid-wallet-name',
    })
    this.walletName = walletName
    this.why = details.why
  }
}

/** Longest name in UTF-8 bytes: room for the suffixes of public and temporary files within a file system's 255. */
const NAME_LIMIT = 200

/** What ends the name of a hotkey's public file. */
export const PUBLIC_SUFFIX = 'pub.txt'

/** Where the files of one wallet are. */
export interface WalletPaths {
  readonly directory: string
  readonly coldkey: string
  readonly coldkeyPublic: string
  readonly hotkeyDirectory: string
  hotkey(name: string): string
  hotkeyPublic(name: string): string
}

/** Environments hold passwords. */
export const environmentCheck = secret(recordOf(optional(text())))

const nameCheck = secret(text())

/**
 * The paths of a wallet's files under a root folder, in which a leading `~` is the home folder.
 *
 * @throws InvalidWalletNameError for a wallet or hotkey name that leaves its folder, hides, or looks like another.
 *
 * @example
 * ```ts
 * import { walletPaths } from 'subnetkit/wallet'
 *
 * walletPaths('~/.bittensor/wallets', 'default').hotkey('miner')
 * ```
 */
export function walletPaths(root: string, name: string): WalletPaths {
  const directory = join(expandHome('root', root), checkedName(name))
  const hotkeyDirectory = join(directory, 'hotkeys')
  return {
    directory,
    coldkey: join(directory, 'coldkey'),
    coldkeyPublic: join(directory, 'coldkeypub.txt'),
    hotkeyDirectory,
    hotkey: (name) => join(hotkeyDirectory, checkedName(name)),
    hotkeyPublic: (name) => join(hotkeyDirectory, `${checkedName(name)}${PUBLIC_SUFFIX}`),
  }
}

/** The wallets folder: `BT_WALLET_PATH` (a leading `~` is the home folder), else `~/.bittensor/wallets`. */
export function defaultWalletRoot(environment: Environment): string {
  check('environment', environmentCheck, environment)
  return expandHome('environment.BT_WALLET_PATH', environment.BT_WALLET_PATH || '~/.bittensor/wallets')
}

/** The wallet name: `BT_WALLET_NAME`, else `BT_WALLET`, else `default`. */
export function defaultWalletName(environment: Environment): string {
  check('environment', environmentCheck, environment)
  return environment.BT_WALLET_NAME || environment.BT_WALLET || 'default'
}

/** The hotkey name: `BT_WALLET_HOTKEY`, else `default`. */
export function defaultHotkeyName(environment: Environment): string {
  check('environment', environmentCheck, environment)
  return environment.BT_WALLET_HOTKEY || 'default'
}

function checkedName(name: string): string {
  check('name', nameCheck, name)
  const why = faultOf(name)
  if (why !== undefined) throw new InvalidWalletNameError({ walletName: name, why })
  return name
}

/** What makes two names look alike: characters without a shape, white space other than the plain space, half pairs. */
const INVISIBLE = /[\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/u

function faultOf(name: string): string | undefined {
  if (name === '') return 'it is empty'
  if (/[/\\]/.test(name)) return 'it holds a path separator'
  if (name.includes('..')) return 'it holds ".."'
  if (/\p{Cc}/u.test(name)) return 'it holds a control character'
  if (INVISIBLE.test(name)) return 'it holds an invisible character'
  if (name.trim() !== name) return 'it begins or ends with a space'
  if (name.startsWith('.')) return 'it begins with a dot'
  if (name.endsWith(PUBLIC_SUFFIX)) return `it ends with ${PUBLIC_SUFFIX}, like the public files`
  if (new TextEncoder().encode(name).length > NAME_LIMIT) return `it exceeds ${NAME_LIMIT} bytes`
  return undefined
}
