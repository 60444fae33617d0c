import type { Hotkey } from 'subnetkit/units'

/** What a validator remembers. */
export type Throne = {
  readonly champion: Hotkey | null
  /** Digest of the policy that each hotkey has had its turn with. */
  readonly judged: { readonly [hotkey: string]: string }
  /** How many rounds each hotkey's policy could not be had or run, since it was last judged. */
  readonly misses: { readonly [hotkey: string]: number }
}

export const emptyThrone: Throne = { champion: null, judged: {}, misses: {} }

/** One more round without what some committed to. */
export const missed = (throne: Throne, hotkeys: readonly Hotkey[]): Throne => ({
  ...throne,
  misses: Object.assign(
    { ...throne.misses },
    ...hotkeys.map((one) => ({ [one]: (throne.misses[one] ?? 0) + 1 })),
  ),
})

export function forgotten({ champion, judged, misses }: Throne, hotkey: Hotkey): Throne {
  const { [hotkey]: _turn, ...otherTurns } = judged
  const { [hotkey]: _misses, ...otherMisses } = misses
  return { champion: champion === hotkey ? null : champion, judged: otherTurns, misses: otherMisses }
}
