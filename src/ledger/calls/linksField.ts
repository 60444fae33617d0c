import { bigintWithin, listOf, shape } from '../../checks/index.js'
import type { CanonicalValue } from '../../codec/index.js'
import { U64_MAX } from '../../units/index.js'
import type { StakeLink } from '../children/StakeLink.js'
import type { AccountId } from '../state/account.js'
import type { LinksRecord } from '../state/tables.js'
import { described, type Field, hotkeyField, proportionField } from './fields.js'

/** Children with their proportions: a pair of key and u64 each in the bytes, as many as a call has room for. */
export const linksField: Field<readonly StakeLink[], LinksRecord> = {
  type: 'readonly StakeLink[]',
  holds: 'at most 5, each hotkey once',
  parts: {
    hotkey: described(hotkeyField, 'The child.'),
    proportionU64: described(
      proportionField,
      "Part of the parent's stake that counts for the child: half of it is `2n ** 63n`. All of them together are at most 2^64 - 1.",
    ),
  },
  check: listOf(
    shape<StakeLink>({ hotkey: hotkeyField.check, proportionU64: bigintWithin({ max: U64_MAX }) }),
  ),
  encode: (links) =>
    links.map(({ hotkey, proportionU64 }) => [
      hotkeyField.encode(hotkey),
      proportionField.encode(proportionU64),
    ]),
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
  return [hotkeyField.decode(value[0]), proportionField.decode(value[1])]
}
