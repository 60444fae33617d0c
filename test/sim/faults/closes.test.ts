import { describe, expect, test } from 'vitest'
import type { Fault, FaultDirection } from '../../../src/testing/index.js'
import { closeCodes } from '../../../src/transport/index.js'
import { type CutProgram, programs, run } from './programs.js'

/*
 * Close codes are not sealed: whoever stands between two peers can end a session with any of them, and can keep frames back. Whatever he does, no handler
 * begins twice with one call, and none has begun with a call that ended as unhandled; `World` holds every call to both.
 */

const DIRECTIONS: readonly FaultDirection[] = ['toListener', 'toDialler']

/** What the caller is told, at each place, while the server goes on. */
async function brokenBy(program: CutProgram, faultAfter: (frame: number) => Fault): Promise<string[]> {
  const broken: string[] = []
  const { toListener, toDialler } = program.frames
  for (let frame = 0; frame <= Math.max(toListener, toDialler) + 1; frame++) {
    const fault = faultAfter(frame)
    const world = await run(program, [fault])
    broken.push(...world.broken.map((what) => `${what}, with ${JSON.stringify(fault)}`))
  }
  return broken
}

describe.each(programs)('somebody on the way to $name', (program) => {
  test.each(Object.entries(closeCodes))(
    'who says %s to its caller has no call handled twice, or as unhandled',
    async (_name, code) => {
      for (const direction of DIRECTIONS) {
        const broken = await brokenBy(program, (afterFrame) => ({
          kind: 'cut',
          afterFrame,
          direction,
          connection: 0,
          told: 'dialler',
          code,
        }))
        expect(broken).toEqual([])
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
