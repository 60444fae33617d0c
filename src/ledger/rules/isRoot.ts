import type { BlockContext } from '../BlockContext.js'
import { type AccountId, accountOf } from '../state/account.js'

/** Whether an account is the one that genesis names as root's; without one, nobody is. */
export function isRoot({ config }: Pick<BlockContext, 'config'>, account: AccountId): boolean {
  return config.rootKey !== null && accountOf(config.rootKey) === account
}
