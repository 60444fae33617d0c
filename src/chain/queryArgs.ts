import { isAddress } from '../crypto/index.js'
import { InvalidArgumentError } from '../errors/index.js'
import type { Queries, QueryName } from '../ledger/index.js'

type Field = 'netuid' | 'address' | 'hotkey' | 'coldkey'

/** The arguments of every query; all are required. */
const QUERY_FIELDS: { readonly [N in QueryName]: readonly (Field & keyof Queries[N]['args'])[] } = {
  account: ['address'],
  totals: [],
  subnet: ['netuid'],
  metagraph: ['netuid'],
  uid: ['netuid', 'hotkey'],
  stake: ['netuid', 'hotkey', 'coldkey'],
  owner: ['hotkey'],
  invariants: [],
}

/** @throws InvalidArgumentError unless it is a query and its arguments are what it takes. */
export function assertQuery(name: unknown, args: unknown): asserts name is QueryName {
  if (typeof name !== 'string' || !Object.hasOwn(QUERY_FIELDS, name)) {
    throw new InvalidArgumentError({
      field: 'query name',
      value: name,
      remedy: `Ask one of ${Object.keys(QUERY_FIELDS).join(', ')}.`,
    })
  }
  const fields = QUERY_FIELDS[name as QueryName]
  const given = typeof args === 'object' && args !== null ? (args as Record<string, unknown>) : undefined
  if (given === undefined || Object.keys(given).length !== fields.length) {
    throw new InvalidArgumentError({
      field: `${name} arguments`,
      value: args,
      remedy: `Pass an object with ${fields.join(', ') || 'nothing in it'}.`,
    })
  }
  for (const field of fields) assertField(name, field, given[field])
}

function assertField(query: string, field: Field, value: unknown): void {
  const isNetuid = field === 'netuid'
  const isGood = isNetuid
    ? Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 65_535
    : typeof value === 'string' && isAddress(value)
  if (isGood) return
  throw new InvalidArgumentError({
    field: `${query} ${field}`,
    value,
    remedy: isNetuid ? 'Pass a subnet number from 0 to 65535.' : 'Pass an address from parseAddress.',
  })
}
