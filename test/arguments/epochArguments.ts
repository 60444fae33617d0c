// What is wrong with the arguments of an epoch, and what is not looked at, wherever they are handed in.
export const wholes: readonly unknown[] = [-1, 1.5, 2 ** 53, Number.POSITIVE_INFINITY]
export const u16s: readonly unknown[] = [...wholes, 65_536]
export const u64s: readonly unknown[] = [-1n, 2n ** 64n]

export const wrongParams = (path: string): Record<string, readonly unknown[]> => ({
  [`${path}.kappaU16`]: u16s,
  [`${path}.tempoBlocks`]: wholes,
  [`${path}.stakeThresholdRao`]: u64s,
  [`${path}.bondsMovingAveragePpm`]: [1_000_001],
})
/** Outputs come from engines, and hold more than is read. */
export const freeOutput = (path: string): string[] => [
  `${path}.unheardOf`,
  ...['bonds', 'raw', 'raw.bonds'].map((name) => `${path}.${name}.unheardOf`),
  // Not read here.
  ...['stake', 'activeStake', 'bonds'].map((name) => `${path}.raw.${name}`),
]
