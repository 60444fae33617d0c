import { describe, expect, test } from 'vitest'
import type { Fault, FaultDirection } from '../../../src/testing/index.js'
import { closeCodes } from '../../../src/transport/index.js'
import { type CutProgram, programs, run } from './programs.js'

/*
 * Close codes are not sealed: whoever stands between two peers can end a session with any of them, and can keep frames back. Whatever he does, no handler
 * begins twice with one call, and none has begun with a call that ended as unhandled; `World` holds every call to both.
 */

const DIRECTIONS: readonly FaultDirection[] = ['toListener', 'toDialler']

/** Each code is tried at every third place, the next one at the places beside those; with `FAULTS_RUNS`, each at every place. */
const THIRDS = process.env.FAULTS_RUNS === undefined ? 3 : 1

/** What the caller is told, at each place of every so many, while the server goes on. */
async function brokenBy(
  program: CutProgram,
  faultAfter: (frame: number) => Fault,
  { first = 0, every = 1 } = {},
): Promise<string[]> {
  const broken: string[] = []
  const { toListener, toDialler } = program.frames
  for (let frame = first; frame <= Math.max(toListener, toDialler) + 1; frame += every) {
    const fault = faultAfter(frame)
    const world = await run(program, [fault])
    broken.push(...world.broken.map((what) => `${what}, with ${JSON.stringify(fault)}`))
  }
  return broken
}

describe.each(programs)('somebody on the way to $name', (program) => {
  test.each(Object.entries(closeCodes).map(([name, code], nth) => ({ name, code, nth })))(
    'who says $name to its caller has no call handled twice, or as unhandled',
    async ({ code, nth }) => {
      for (const direction of DIRECTIONS) {
        const cut = (afterFrame: number): Fault => ({
          kind: 'cut',
          afterFrame,
          direction,
          connection: 0,
          told: 'dialler',
          code,
        })
        expect(await brokenBy(program, cut, { first: nth % THIRDS, every: THIRDS })).toEqual([])
      }
    },
    60_000,
  )

  test.each(DIRECTIONS)(
    'who keeps back what is sent %s from some frame on has none either',
    async (direction) => {
      const broken = await brokenBy(program, (afterFrame) => ({
        kind: 'loss',
        chance: 1,
        afterFrame,
        direction,
      }))
      expect(broken).toEqual([])
    },
    60_000,
  )
})
