/*
 * What the types of pay policies say: they take each other's maps, and a mechanism's `weights` may give theirs. Compiled with the other
 * tests, never run.
 */
import { expectTypeOf } from 'vitest'
import {
  bestOfOwner,
  burnUnearned,
  dominates,
  fadingPay,
  type MovingScores,
  nextChampion,
  nextCredibility,
  ownersIn,
  rankRamp,
  scoresOf,
  type WeightPolicy,
  winnerTakesAll,
  withCredibility,
} from '../../src/mechanism/index.js'
import type { Hotkey } from '../../src/units/index.js'

interface Trust {
  readonly [hotkey: string]: number
}

export const composed: WeightPolicy<Trust> = ({ standings, state, metagraph, hotkey }) => {
  const means = scoresOf(
    Array.from(standings, ([one, standing]) => ({ hotkey: one, standing })),
    ({ standing }) => standing.mean,
  )
  expectTypeOf(means).toEqualTypeOf<Map<Hotkey, number>>()
  const best = bestOfOwner(withCredibility(means, state), ownersIn(metagraph))
  return burnUnearned(rankRamp(best), { to: hotkey, earned: 0.75 })
}

export function whatTheyGive(scores: ReadonlyMap<Hotkey, number>, state: Trust, uid: number): void {
  expectTypeOf(nextChampion(scores, { champion: null })).toEqualTypeOf<Hotkey | null>()
  expectTypeOf(nextCredibility(state, scores)).toEqualTypeOf<MovingScores>()
  expectTypeOf(dominates({ challenger: [1], champion: [1] })).toEqualTypeOf<boolean>()
  expectTypeOf(winnerTakesAll).parameter(0).toEqualTypeOf<Hotkey | null>()
  expectTypeOf(fadingPay).parameter(0).items.toHaveProperty('hotkey').toEqualTypeOf<Hotkey>()
  // @ts-expect-error: miners are known by hotkey, never by uid
  bestOfOwner(new Map([[uid, 1]]), () => undefined)
  // @ts-expect-error: an item without a hotkey has nobody to score
  scoresOf([{ uid }], () => 1)
}
