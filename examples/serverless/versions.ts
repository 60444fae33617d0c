import type { Round } from 'subnetkit/mechanism'
import { type KindName, kindNames } from './apps.js'

/** Every so many blocks one application has a new version, each in turn. */
export const DEPLOY_BLOCKS = 10

/** The live version of each application. */
export type Versions = { readonly [kind in KindName]: number }

/** Whose turn it was last, at a block. */
export function newestAt(block: number): KindName {
  return kindNames[Math.floor(block / DEPLOY_BLOCKS) % kindNames.length] ?? 'hash'
}

/** A version follows from the block at which it was its application's turn: so all validators agree, and nobody knows one before. */
export async function versionsAt(round: Pick<Round, 'block' | 'seedAt'>): Promise<Versions> {
  const turn = Math.floor(round.block / DEPLOY_BLOCKS)
  const versions = kindNames.map(async (kind, at) => {
    const turnsAgo = (turn - at + kindNames.length) % kindNames.length
    const seed = await round.seedAt(Math.max(0, (turn - turnsAgo) * DEPLOY_BLOCKS))
    return [kind, seed.random.fork(kind).nextU32()] as const
  })
  return Object.fromEntries(await Promise.all(versions)) as Versions
}
