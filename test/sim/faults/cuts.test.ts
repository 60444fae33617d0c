import { describe, expect, test } from 'vitest'
import type { CutFault, FaultDirection, ToldOfCut } from '../../../src/testing/index.js'
import { type CutProgram, programs, run } from './programs.js'
import type { World } from './World.js'

const DIRECTIONS: readonly FaultDirection[] = ['toListener', 'toDialler']
const TOLD: readonly ToldOfCut[] = ['both', 'dialler', 'listener', 'nobody']

/** What the caller sees of a cut that it is told of, or that comes to nothing. */
function checkStatuses(world: World, { told = 'both' }: CutFault, { besides }: CutProgram): void {
  const isTold = told === 'both' || told === 'dialler'
  for (const { plan, startedAtMs, endedAtMs, status = '' } of world.records) {
    const tookMs = (endedAtMs ?? 0) - startedAtMs
    if (!['ok', 'unreachable', 'timeout', 'cancelled', 'left'].includes(status))
      world.broken.push(`call ${plan.id} ended as ${status}`)
    if (status === 'timeout' && isTold)
      world.broken.push(`call ${plan.id} was waited for, though its caller knew`)
    // What a server that is stopping closes, it does tell.
    if (status === 'unreachable' && !isTold && tookMs > 0 && besides === undefined)
      world.broken.push(`call ${plan.id} ended as unreachable after ${tookMs} ms, which nobody said`)
  }
}

describe('a connection that is cut', () => {
  for (const program of programs) {
    for (const direction of DIRECTIONS) {
      test(`after each frame ${direction} of ${program.name} costs no more than the calls it carried`, async () => {
        for (const told of TOLD) {
          for (let afterFrame = 0; ; afterFrame++) {
            const fault: CutFault = { kind: 'cut', afterFrame, direction, connection: 0, told }
            const world = await run(program, [fault])
            if (world.network.counters.cuts === 0) {
              expect(afterFrame, 'frames that were cut after').toBeGreaterThan(program.frames[direction])
              break
            }
            checkStatuses(world, fault, program)
            expect(world.broken, JSON.stringify(fault)).toEqual([])
          }
        }
      }, 120_000)
    }

    test(`nowhere leaves ${program.name} as it is`, async () => {
      const world = await run(program, [])
      expect(world.broken).toEqual([])
      const statuses = world.records.map(({ plan, status }) => [plan.id, status])
      const expected = program.calls.map(({ id, ask, cancelAfterMs }) => [
        id,
        ask.kind === 'count' && ask.stopAfter !== undefined
          ? 'left'
          : cancelAfterMs === undefined
            ? 'ok'
            : 'cancelled',
      ])
      if (program.besides === undefined)
        expect(Object.fromEntries(statuses)).toEqual(Object.fromEntries(expected))
      // Who calls a server that is stopping is told so, or finds nobody.
      else expect(Object.fromEntries(statuses)).toMatchObject({ before: 'ok', after: 'unreachable' })
    })
  }
})
