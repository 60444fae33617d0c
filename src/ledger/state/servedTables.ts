import type { Netuid, Uid } from '../../units/index.js'
import { blockNumber, someBytes, text, u16, whole } from './columns.js'
import { type Table, table } from './table.js'

/*
 * What people and neurons say about themselves.
 */

/** Where a neuron answers, by netuid and uid. */
export const axons = table('axons', ['u16', 'u16'], {
  /** As it was announced. */
  ip: text(64),
  /** 4 or 6. */
  ipType: u16({ max: 255 }),
  port: u16({ min: 1 }),
  version: whole({ max: 0xffff_ffff }),
  protocol: u16({ max: 255 }),
  placeholder1: u16({ max: 255 }),
  placeholder2: u16({ max: 255 }),
  block: blockNumber,
})

/** Where a neuron shows figures about itself, by netuid and uid. */
export const prometheuses = table('prometheuses', ['u16', 'u16'], {
  ip: text(64),
  ipType: u16({ max: 255 }),
  port: u16({ min: 1 }),
  version: whole({ max: 0xffff_ffff }),
  block: blockNumber,
})

/** The certificate that a neuron announced with its axon, by netuid and uid. */
export const certificates = table('certificates', ['u16', 'u16'], {
  algorithm: u16({ max: 255 }),
  publicKey: someBytes(64),
})

const identityText = text(1_024)

/** Who is behind a coldkey, as it says itself. */
export const identities = table('identities', ['account'], {
  name: identityText,
  url: identityText,
  githubRepo: identityText,
  image: identityText,
  discord: identityText,
  description: identityText,
  additional: identityText,
})

/** What a subnet is for, as its owner says; by netuid. */
export const subnetIdentities = table('subnetIdentities', ['u16'], {
  subnetName: identityText,
  githubRepo: identityText,
  subnetContact: identityText,
  subnetUrl: identityText,
  discord: identityText,
  description: identityText,
  logoUrl: identityText,
  additional: identityText,
})

/** What a neuron announced about itself, by netuid and uid: gone when it leaves its uid. */
export const SERVED_TABLES = [axons, prometheuses, certificates] as unknown as readonly Table<
  readonly [Netuid, Uid],
  unknown
>[]
