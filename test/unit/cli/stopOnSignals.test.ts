import { EventEmitter } from 'node:events'
import { describe, expect, test } from 'vitest'
import { stopOnSignals } from '../../../src/cli/stopOnSignals.js'
import { VirtualClock } from '../../../src/clock/index.js'

function started() {
  const clock = new VirtualClock()
  const signals = new EventEmitter()
  const exits: number[] = []
  const exit = (code: number): void => void exits.push(code)
  const source = { on: signals.on.bind(signals), exit }
  return { clock, signals, exits, stop: stopOnSignals(source, clock) }
}

describe('stopOnSignals', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('the first %s lets the command clean up', (signal) => {
    const { signals, exits, stop } = started()
    signals.emit(signal)
    expect([stop.aborted, stop.reason, exits]).toEqual([true, signal, []])
  })

  test('a second one ends the process hard', async () => {
    const { clock, signals, exits } = started()
    signals.emit('SIGINT')
    await clock.run({ untilMs: 1_000 })
    signals.emit('SIGINT')
    signals.emit('SIGTERM')
    expect(exits).toEqual([130, 143])
  })

  test('one press of Ctrl-C that arrives twice is one', async () => {
    const { clock, signals, exits } = started()
    signals.emit('SIGINT')
    await clock.run({ untilMs: 100 })
    signals.emit('SIGINT')
    expect(exits).toEqual([])
  })
})
