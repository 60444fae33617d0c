import { printableName } from '../errors/index.js'
import {
  type Environment,
  InvalidWalletNameError,
  kindOfPath,
  openWallet,
  type Wallet,
} from '../wallet/index.js'

/** Where the keys of a wallet are, for who gave its name in a file's place; nothing where there is no such wallet. */
export async function walletNamed(name: string, environment: Environment): Promise<string | undefined> {
  const wallet = opened(name, environment)
  if (wallet === undefined || (await kindOfPath(wallet.paths.directory)) !== 'folder') return undefined
  const file = await exampleOf(wallet)
  const example = file === undefined ? '' : `, such as ${printableName(file, 300)}`
  return `there is a wallet of this name: name a file in ${printableName(wallet.paths.directory, 300)}${example}`
}

function opened(name: string, environment: Environment): Wallet | undefined {
  try {
    return openWallet({ name, environment })
  } catch (error) {
    if (error instanceof InvalidWalletNameError) return undefined
    throw error
  }
}

/** What may be shown without a password, where it is there. */
async function exampleOf(wallet: Wallet): Promise<string | undefined> {
  const { coldkeyPublic, hotkey } = wallet.paths
  if ((await kindOfPath(coldkeyPublic)) === 'file') return coldkeyPublic
  const [first] = await wallet.listHotkeys()
  return first === undefined ? undefined : hotkey(first)
}
