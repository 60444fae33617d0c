import { asColdkey } from '../../units/index.js'
import { type BlockContext, type RefusalOf, refuse } from '../BlockContext.js'
import { type AccountId, accountOf } from '../state/account.js'

/** Whether an account is the one that genesis names as root's; without one, nobody is. */
export function isRoot({ config }: Pick<BlockContext, 'config'>, account: AccountId): boolean {
  return config.rootKey !== null && accountOf(config.rootKey) === account
}

/** Says that only root may. */
export function refuseNotRoot(
  { state }: Pick<BlockContext, 'state'>,
  signer: AccountId,
): RefusalOf<'BadOrigin'> {
  return refuse('BadOrigin', { because: 'notRoot', signer: asColdkey(state.addressOf(signer)) })
}
