import { bigintWithin, listOf, shape } from '../../checks/index.js'
import type { CanonicalValue } from '../../codec/index.js'
import { U64_MAX } from '../../units/index.js'
import type { StakeLink } from '../children/StakeLink.js'
import type { AccountId } from '../state/account.js'
import type { LinksRecord } from '../state/tables.js'
import { amountField, type Field, hotkeyField } from './fields.js'

/** Children with their proportions: a pair of key and u64 each in the bytes, as many as a call has room for. */
export const linksField: Field<readonly StakeLink[], LinksRecord> = {
  check: listOf(
    shape<StakeLink>({ hotkey: hotkeyField.check, proportionU64: bigintWithin({ max: U64_MAX }) }),
  ),
  encode: (links) =>
    links.map(({ hotkey, proportionU64 }) => [hotkeyField.encode(hotkey), amountField.encode(proportionU64)]),
  decode(value) {
    if (!Array.isArray(value)) return undefined
    const hotkey: AccountId[] = []
    const proportionU64 = new BigUint64Array(value.length)
    for (const [at, link] of value.entries()) {
      const [key, proportion] = linkOf(link)
      if (key === undefined || proportion === undefined) return undefined
      hotkey.push(key)
      proportionU64[at] = proportion
    }
    return { hotkey, proportionU64 }
  },
}

function linkOf(value: CanonicalValue): [AccountId | undefined, bigint | undefined] {
  if (!Array.isArray(value) || value.length !== 2) return [undefined, undefined]
  return [hotkeyField.decode(value[0]), amountField.decode(value[1])]
}
