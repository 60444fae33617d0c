import type { ArtefactCommit, TaskSeed } from 'subnetkit/mechanism'
import type { Hotkey } from 'subnetkit/units'

export type Tournament = {
  readonly champion: string | null
  readonly reigns: number
  readonly bracket: string[]
  readonly misses: { readonly [hotkey: string]: number }
}
export declare function nextPair(
  state: Tournament,
  entrants: readonly ArtefactCommit[],
): readonly ArtefactCommit[]
export declare function tabular(seed: TaskSeed): { train: number[][]; heldOutInputs: number[][] }
export declare function heldOutLoss(predicted: number[], seed: TaskSeed): number
export declare const worst: number
export declare function missedAll(state: Tournament, of: readonly ArtefactCommit[]): Tournament
export declare function advanced(
  state: Tournament,
  losses: readonly { hotkey: Hotkey; loss: number }[],
  rules: object,
): Tournament
export declare function placesOf(state: Tournament): Map<Hotkey, number>
export declare function withoutEntrant(state: Tournament, hotkey: Hotkey): Tournament
export declare const none: Map<Hotkey, number>
