import { type RefusalOf, refuse } from '../refusals/refuse.js'
import type { RecordOf } from '../state/table.js'
import type { identities, subnetIdentities } from '../state/tables.js'

export type IdentityRecord = RecordOf<typeof identities>
export type SubnetIdentityRecord = RecordOf<typeof subnetIdentities>

const SHORT_BYTES = 256
const LONG_BYTES = 1_024

/** Most bytes of UTF-8 of each text about a coldkey. */
export const IDENTITY_BYTES: { readonly [N in keyof IdentityRecord]: number } = {
  name: SHORT_BYTES,
  url: SHORT_BYTES,
  githubRepo: SHORT_BYTES,
  image: LONG_BYTES,
  discord: SHORT_BYTES,
  description: LONG_BYTES,
  additional: LONG_BYTES,
}

/** The same about a subnet. */
export const SUBNET_IDENTITY_BYTES: { readonly [N in keyof SubnetIdentityRecord]: number } = {
  subnetName: SHORT_BYTES,
  githubRepo: LONG_BYTES,
  subnetContact: LONG_BYTES,
  subnetUrl: LONG_BYTES,
  discord: SHORT_BYTES,
  description: LONG_BYTES,
  logoUrl: LONG_BYTES,
  additional: LONG_BYTES,
}

/**
 * Why a text about a coldkey is too long.
 *
 * @source spec: `spec/chain.md` 9.3
 */
export function whyNotIdentity(identity: IdentityRecord): RefusalOf<'InvalidIdentity'> | null {
  return whyTooLong(identity, IDENTITY_BYTES)
}

/** The same about a subnet. */
export function whyNotSubnetIdentity(identity: SubnetIdentityRecord): RefusalOf<'InvalidIdentity'> | null {
  return whyTooLong(identity, SUBNET_IDENTITY_BYTES)
}

function whyTooLong<N extends string>(
  texts: { readonly [name in N]: string },
  mostBytes: { readonly [name in N]: number },
): RefusalOf<'InvalidIdentity'> | null {
  for (const name in mostBytes) {
    const byteLength = new TextEncoder().encode(texts[name]).length
    if (byteLength > mostBytes[name]) {
      return refuse('InvalidIdentity', { field: name, byteLength, mostBytes: mostBytes[name] })
    }
  }
  return null
}
