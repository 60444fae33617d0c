import { isAddress } from '../../../src/crypto/index.js'
import { describeRefusals, type Refusal } from '../../../src/ledger/index.js'

const isAccount = (value: unknown): boolean => typeof value === 'string' && isAddress(value)
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0
const isU16 = (value: unknown): boolean => isCount(value) && Number(value) <= 0xffff
const isAmount = (value: unknown): boolean => typeof value === 'bigint' && value >= 0n

/** What a field of each kind is at run time, where the compiler sees no more. */
const KINDS: { readonly [holds: string]: (value: unknown) => boolean } = {
  Address: isAccount,
  Hotkey: isAccount,
  Coldkey: isAccount,
  Uid: isU16,
  Netuid: isU16,
  BlockNumber: isCount,
  Rao: isAmount,
  'Rao or null': (value) => value === null || isAmount(value),
  Alpha: isAmount,
  bigint: isAmount,
  number: isCount,
  hash: (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value),
  string: (value) => typeof value === 'string' && value !== '',
  'number or bigint': (value) => ['number', 'bigint'].includes(typeof value),
  'number, bigint or boolean': (value) => ['number', 'bigint', 'boolean'].includes(typeof value),
  'Swap, Keep or KeepSubnets': (value) => ['Swap', 'Keep', 'KeepSubnets'].includes(String(value)),
}

const DESCRIBED = new Map(
  describeRefusals().map((entry) => [`${entry.name} ${entry.because}`, entry] as const),
)

/**
 * Holds a refusal's data to what the table says of it.
 *
 * @throws Error naming the refusal and the field.
 */
export function checkRefusal({ error, data, detail, remedy }: Refusal): void {
  const values = new Map<string, unknown>(Object.entries(data))
  const entry = DESCRIBED.get(`${error} ${values.get('because') ?? null}`)
  if (entry === undefined) throw new Error(`${error} is refused for a reason that the table does not have`)
  const { because, data: fields } = entry
  if (values.size !== fields.length + (because === null ? 0 : 1)) {
    throw new Error(`${error} has data beyond its entry: ${[...values.keys()].join(', ')}`)
  }
  for (const { field, holds } of fields) {
    const value = values.get(field)
    const isOfKind = KINDS[holds]
    if (isOfKind === undefined)
      throw new RangeError(`No check is known for what holds ${holds}: add it here.`)
    if (!isOfKind(value)) throw new Error(`${error}: ${field} is ${String(value)}, no ${holds}`)
  }
  for (const text of [detail, remedy]) {
    if (/undefined|\[object|NaN|\{/.test(text)) throw new Error(`${error} says: ${text}`)
  }
}
