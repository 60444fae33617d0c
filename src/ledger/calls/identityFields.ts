import type { IdentityRecord, SubnetIdentityRecord } from '../identities/identityTexts.js'
import { type Field, textField } from './fields.js'

/** Longest text that a call has room for, in UTF-16 units: what is too long for an identity is refused by name. */
const MAX_TEXT = 4_096

const text = textField<string>(MAX_TEXT)

type TextFields<R> = { readonly [N in keyof R]: Field<string, string> }

/** What people say about a coldkey, all of it text that may be empty. */
export const IDENTITY_FIELDS: TextFields<IdentityRecord> = {
  name: text,
  url: text,
  githubRepo: text,
  image: text,
  discord: text,
  description: text,
  additional: text,
}

/** What people say about a subnet, all of it text that may be empty. */
export const SUBNET_IDENTITY_FIELDS: TextFields<SubnetIdentityRecord> = {
  subnetName: text,
  githubRepo: text,
  subnetContact: text,
  subnetUrl: text,
  discord: text,
  description: text,
  logoUrl: text,
  additional: text,
}
