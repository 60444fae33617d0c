import type { ArtefactCommit, TaskSeed } from 'subnetkit/mechanism'
import type { PlainValue } from 'subnetkit/sandbox'
import type { Hotkey } from 'subnetkit/units'

type Throne = {
  readonly champion: string | null
  readonly judged: { readonly [hotkey: string]: string }
  readonly misses: { readonly [hotkey: string]: number }
}
export declare const environments: { questions(seed: TaskSeed, count: number): PlainValue }[]
export declare function meansOf(runs: unknown, seed: TaskSeed): number[] | undefined
export declare function sum(of: readonly number[]): number
export declare const none: Map<Hotkey, number>
export declare function missed(state: Throne, of: ArtefactCommit): Throne
export declare function judged(state: Throne, of: ArtefactCommit, wins: boolean): Throne
export declare function without(state: Throne, hotkey: Hotkey): Throne
