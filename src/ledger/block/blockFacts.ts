import { InvalidArgumentError } from '../../errors/index.js'
import type { Address } from '../../units/index.js'
import type { ChainConfig } from '../config.js'
import type { BlockInput } from '../doors.js'
import { accountOf, isSystemAccount } from '../state/account.js'
import type { BlockTimelocks } from '../timelocks/BlockTimelocks.js'
import type { BlockHeader } from './header.js'

/** Who makes a block, and what it is made of besides its calls. */
export interface BlockMaker {
  readonly author: Address | null
  /** What the block draws by. */
  readonly drawHash: string
  readonly timelocks: BlockTimelocks
  readonly input: BlockInput
}

/**
 * Who makes a block, and by what it draws.
 *
 * @throws InvalidArgumentError for a parent that is not the head, an author that is a subnet's account, and a seed where tests have none to give.
 */
export function blockFacts(
  input: BlockInput,
  head: BlockHeader,
  { testOriginAllowed }: ChainConfig,
): Pick<BlockMaker, 'author' | 'drawHash'> {
  const { parentHash, author = null, claimSeed } = input
  if (parentHash !== undefined && parentHash !== head.hash) {
    const remedy = `Make a block on the head, ${head.hash}.`
    throw new InvalidArgumentError({ field: 'input.parentHash', value: parentHash, remedy })
  }
  if (claimSeed !== undefined && !testOriginAllowed) {
    const remedy = 'Leave it out: only a chain that takes calls of test origin is told what to draw by.'
    throw new InvalidArgumentError({ field: 'input.claimSeed', value: claimSeed, remedy })
  }
  if (author !== null && isSystemAccount(accountOf(author))) {
    const remedy = 'Name an account that somebody has the key of: a subnet makes no blocks.'
    throw new InvalidArgumentError({ field: 'input.author', value: author, remedy })
  }
  return { author, drawHash: claimSeed ?? head.hash }
}
