import {
  IDENTITY_BYTES,
  type IdentityRecord,
  SUBNET_IDENTITY_BYTES,
  type SubnetIdentityRecord,
} from '../identities/identityTexts.js'
import { type Field, textField } from './fields.js'

/** Longest text that a call has room for, in UTF-16 units: what is too long for an identity is refused by name. */
const MAX_TEXT = 4_096

const inBytes = (mostBytes: number, says: string): Field<string, string> => ({
  ...textField<string>(MAX_TEXT),
  holds: `at most ${mostBytes} bytes of UTF-8, or empty`,
  says,
})

type TextFields<R> = { readonly [N in keyof R]: Field<string, string> }

/** What people say about a coldkey, all of it text that may be empty. */
export const IDENTITY_FIELDS: TextFields<IdentityRecord> = {
  name: inBytes(IDENTITY_BYTES.name, 'Name.'),
  url: inBytes(IDENTITY_BYTES.url, 'Home page.'),
  githubRepo: inBytes(IDENTITY_BYTES.githubRepo, 'Repository.'),
  image: inBytes(IDENTITY_BYTES.image, 'Address of a picture.'),
  discord: inBytes(IDENTITY_BYTES.discord, 'Name on Discord.'),
  description: inBytes(IDENTITY_BYTES.description, 'Description.'),
  additional: inBytes(IDENTITY_BYTES.additional, 'Whatever else there is to say.'),
}

/** What people say about a subnet, all of it text that may be empty. */
export const SUBNET_IDENTITY_FIELDS: TextFields<SubnetIdentityRecord> = {
  subnetName: inBytes(SUBNET_IDENTITY_BYTES.subnetName, 'Name of the subnet.'),
  githubRepo: inBytes(SUBNET_IDENTITY_BYTES.githubRepo, 'Repository.'),
  subnetContact: inBytes(SUBNET_IDENTITY_BYTES.subnetContact, 'How to reach the owner.'),
  subnetUrl: inBytes(SUBNET_IDENTITY_BYTES.subnetUrl, 'Home page.'),
  discord: inBytes(SUBNET_IDENTITY_BYTES.discord, 'Name on Discord.'),
  description: inBytes(SUBNET_IDENTITY_BYTES.description, 'What the subnet is for.'),
  logoUrl: inBytes(SUBNET_IDENTITY_BYTES.logoUrl, 'Address of a logo.'),
  additional: inBytes(SUBNET_IDENTITY_BYTES.additional, 'Whatever else there is to say.'),
}
