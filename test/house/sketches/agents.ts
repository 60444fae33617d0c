import type { ArtefactCommit, TaskSeed } from 'subnetkit/mechanism'
import type { PlainValue } from 'subnetkit/sandbox'
import type { Hotkey } from 'subnetkit/units'

export type Board = {
  readonly leader: string | null
  readonly judged: { readonly [digest: string]: string }
  readonly improvements: { hotkey: Hotkey; units: number; block: number }[]
  readonly misses: { readonly [digest: string]: number }
}
type Problem = { source: string; inputs: PlainValue; expected: unknown[]; isTwin: boolean }
export declare function problemsOf(seed: TaskSeed, count: number): Problem[]
export declare const model: { complete(prompt: string): string }
export declare function similarity(
  source: Uint8Array | undefined,
  judged: { readonly [digest: string]: string },
): number
export declare function shareOf(right: readonly { isRight: boolean }[]): number
export declare function isUnscored(runs: unknown): boolean
export declare function equals(a: unknown, b: unknown): boolean
export declare function tokensOf(said: string, prompt: string): number
export declare function sum(of: readonly number[]): number
export declare function missed(state: Board, of: ArtefactCommit): Board
export declare function improved(state: Board, next: ArtefactCommit, of: object): Board
export declare function withoutAuthor(state: Board, hotkey: Hotkey): Board
export declare const none: Map<Hotkey, number>
