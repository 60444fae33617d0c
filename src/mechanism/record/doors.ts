/** By what a round learns something from outside: each is a kind of entry in its record. One more door is one more line. */
export const doors = [
  'ask',
  'stream',
  'live',
  'record',
  /** That the time of a miner's script was over. */
  'each',
  /** What seeded a secret stream. */
  'secret',
  /** Which uid a hotkey has that is not among the round's miners. */
  'registered',
  'wait',
  'seedAt',
  'artefacts',
  'bytes',
  'runCode',
  'runModel',
  'sold',
] as const

/** A kind of entry in a record. */
export type Door = (typeof doors)[number]

/** Doors that answer at once, the same to the same question: their entries have no turn. */
export const promptDoors: ReadonlySet<Door> = /* @__PURE__ */ new Set<Door>(['secret', 'registered', 'sold'])

/** Doors whose entries {@link withoutSecrets} hides: what no miner may know, and what customers asked. */
export const secretDoors: ReadonlySet<Door> = /* @__PURE__ */ new Set<Door>(['secret', 'sold'])
