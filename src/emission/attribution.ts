import type { Alpha, U16 } from '../units/index.js'
import {
  type ChildLink,
  type HotkeyStake,
  type LinkTable,
  linkTable,
  selfContribution,
  weightedPart,
} from './stakeLinks.js'
import { divide, fromInteger, fromU16, fromU64, multiply, subtract, toInteger } from './u96f32.js'

/** One hotkey of a subnet, or a parent of one. `Account` is whatever the caller names accounts by. */
export interface HotkeyRow<Account> extends HotkeyStake {
  readonly hotkey: Account
  readonly owner: Account
  /** What the owner keeps of dividends before stakers share them; parts of 65535. */
  readonly takeU16: U16
  /** What the hotkey keeps, as a child, of its parents' part; parts of 65535. */
  readonly childkeyTakeU16: U16
}

/** Who a hotkey's dividend belongs to. */
export interface Attribution {
  /** Row and amount: the parents in the order of their links, then the hotkey itself. */
  readonly shares: readonly (readonly [row: number, alpha: Alpha])[]
  /** Withheld from foreign parents: it leaves the subnet's alpha. */
  readonly recycledAlpha: Alpha
}

interface Terms<Account> {
  readonly rows: readonly HotkeyRow<Account>[]
  readonly table: LinkTable
  readonly taoWeight: bigint
  readonly childkeyBurn: bigint
}

/**
 * Divides each hotkey's dividend among itself and its parents by what each contributed to its stake weight.
 * From the part of a parent of another owner, the child keeps its take, and the chain's burn is recycled.
 *
 * @param dividendAlpha - by row.
 * @param childkeyBurnU64 - parts of 2^64 - 1.
 * @source subtensor `pallets/subtensor/src/coinbase/run_coinbase.rs`, `get_parent_child_dividends_distribution`
 */
export function attributeDividends<Account>(
  rows: readonly HotkeyRow<Account>[],
  links: readonly ChildLink[],
  dividendAlpha: readonly Alpha[],
  { taoWeightU64, childkeyBurnU64 }: { readonly taoWeightU64: bigint; readonly childkeyBurnU64: bigint },
): Attribution[] {
  const terms = {
    rows,
    table: linkTable(rows.length, links),
    taoWeight: fromU64(taoWeightU64),
    childkeyBurn: fromU64(childkeyBurnU64),
  }
  return rows.map((_, row) => attributeOne(row, dividendAlpha[row]!, terms))
}

function attributeOne<Account>(row: number, dividendAlpha: Alpha, terms: Terms<Account>): Attribution {
  const { rows, table, taoWeight } = terms
  const child = rows[row]!
  const contributions = table.fromParents[row]!.map(({ parent, proportion }) =>
    weightedPart(rows[parent]!, proportion, taoWeight),
  )
  const own = fromInteger(selfContribution(child, table.toChildren[row]!, taoWeight))
  const total = contributions.reduce((sum, contribution) => sum + contribution, own)

  const dividend = fromInteger(dividendAlpha)
  const childTake = fromU16(child.childkeyTakeU16)
  let remaining = dividend
  let kept = 0n
  let recycledAlpha = 0n
  const shares: [number, Alpha][] = table.fromParents[row]!.map(({ parent }, index) => {
    const part = multiply(dividend, divide(contributions[index]!, total))
    remaining = subtract(remaining, part)
    if (rows[parent]!.owner === child.owner) return [parent, toInteger(part)]
    const burned = multiply(terms.childkeyBurn, part)
    const taken = multiply(childTake, part)
    kept += taken
    recycledAlpha += toInteger(burned)
    return [parent, toInteger(subtract(subtract(part, burned), taken))]
  })
  shares.push([row, toInteger(remaining + kept)])
  return { shares, recycledAlpha }
}
