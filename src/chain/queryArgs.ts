import { isAddress } from '../crypto/index.js'
import { InvalidArgumentError } from '../errors/index.js'
import type { Queries, QueryName } from '../ledger/index.js'

type Field = 'netuid' | 'address' | 'hotkey' | 'coldkey' | 'hash'

/** The arguments of every query; all are required. */
const QUERY_FIELDS: { readonly [N in QueryName]: readonly (Field & keyof Queries[N]['args'])[] } = {
  account: ['address'],
  totals: [],
  subnet: ['netuid'],
  metagraph: ['netuid'],
  uid: ['netuid', 'hotkey'],
  stake: ['netuid', 'hotkey', 'coldkey'],
  owner: ['hotkey'],
  recentBlock: ['hash'],
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
  const { isGood, remedy } = FIELD_RULES[field]
  if (!isGood(value)) throw new InvalidArgumentError({ field: `${query} ${field}`, value, remedy })
}

interface FieldRule {
  readonly isGood: (value: unknown) => boolean
  readonly remedy: string
}

const addressRule: FieldRule = {
  isGood: (value) => typeof value === 'string' && isAddress(value),
  remedy: 'Pass an address from parseAddress.',
}

const FIELD_RULES: Readonly<Record<Field, FieldRule>> = {
  netuid: {
    isGood: (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 65_535,
    remedy: 'Pass a subnet number from 0 to 65535.',
  },
  address: addressRule,
  hotkey: addressRule,
  coldkey: addressRule,
  hash: {
    isGood: (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value),
    remedy: 'Pass the hash of a block: 64 lower-case hex digits.',
  },
}
