import {
  creditAll,
  creditPosition,
  debitAll,
  debitPosition,
  EMPTY_SHARE_POOL,
  isCreditPrecise,
  positionAlpha,
  type SharePool,
  type SharePoolChange,
} from '../../src/emission/index.js'
import {
  addSafeFloat,
  divideSafeFloat,
  isSafeFloatGreater,
  mulDivSafeFloat,
  SAFE_FLOAT_ZERO,
  type SafeFloat,
  safeFloat,
  safeFloatToU64,
  subtractSafeFloat,
} from '../../src/math/index.js'
import type { FileInteger } from './economicsFile.js'

type FileShare = { mantissa: FileInteger; exponent: number }

const pair = (share: SafeFloat | null): [bigint, number] | null =>
  share === null ? null : [share.mantissa, share.exponent]

export function shareFloat(input: { a: FileShare; b: FileShare; c: FileShare }): unknown {
  const [a, b, c] = [input.a, input.b, input.c].map(({ mantissa, exponent }) =>
    safeFloat(BigInt(mantissa), exponent),
  )
  const apply = (operation: (a: SafeFloat, b: SafeFloat) => SafeFloat | null): unknown =>
    a && b ? pair(operation(a, b)) : null
  return {
    a_normalised: a ? pair(a) : null,
    add_a_b: apply(addSafeFloat),
    sub_a_b: apply(subtractSafeFloat),
    div_a_b: apply(divideSafeFloat),
    mul_div_a_b_c: a && b && c ? pair(mulDivSafeFloat(a, b, c)) : null,
    a_to_u64: a ? safeFloatToU64(a) : null,
    a_gt_b: a && b ? isSafeFloatGreater(a, b) : null,
  }
}

interface PoolInput {
  coldkeys: number
  first_coldkey: number
  operations: { op: string; coldkey: number | null; amount_alpha: FileInteger }[]
}

export function sharePool(input: PoolInput): unknown {
  const shares = new Map<number, SafeFloat>()
  for (let index = 0; index < input.coldkeys; index++)
    shares.set(input.first_coldkey + index, SAFE_FLOAT_ZERO)
  let pool = EMPTY_SHARE_POOL
  const after_each = input.operations.map((operation) => {
    const amount = BigInt(operation.amount_alpha)
    const credit_precision_ok_before = isCreditPrecise(pool, amount)
    pool = applyOperation(pool, shares, operation.op, operation.coldkey, amount)
    return {
      credit_precision_ok_before,
      total_alpha: pool.totalAlpha,
      denominator: pair(pool.denominator),
      positions: [...shares].map(([coldkey, share]) => ({
        coldkey,
        share: pair(share),
        value_alpha: positionAlpha(pool, share),
      })),
    }
  })
  return { after_each }
}

function applyOperation(
  pool: SharePool,
  shares: Map<number, SafeFloat>,
  op: string,
  coldkey: number | null,
  amount: bigint,
): SharePool {
  if (op === 'credit_all') return creditAll(pool, amount)
  if (op === 'debit_all') return debitAll(pool, amount)
  const share = shares.get(coldkey as number)!
  let change: SharePoolChange | null
  if (op === 'credit') change = creditPosition(pool, share, amount)
  else if (op === 'debit') change = debitPosition(pool, share, amount)
  else throw new TypeError(`unknown operation ${op}`)
  if (change === null) return pool
  shares.set(coldkey as number, change.share)
  return change.pool
}
