import { InvalidArgumentError } from 'subnetkit/errors'
import { Emitter, FaultLog, type Logger, silentLogger, stderrLogger } from 'subnetkit/log'
import { describe, expect, test, vi } from 'vitest'

function linesOf(use: (write: (line: string) => void) => void): string[] {
  const lines: string[] = []
  use((line) => lines.push(line))
  return lines
}

describe('stderrLogger', () => {
  test('writes one line an entry with its facts', () => {
    const lines = linesOf((write) =>
      stderrLogger({ write }).warn(
        { neuron: 'alice', stakeRao: 5n, at: { block: 3 }, none: undefined },
        'It is late.',
      ),
    )
    expect(lines).toEqual(['subnetkit warn: It is late. (neuron alice, stakeRao 5, at {"block":3})\n'])
  })

  test('says what is at least as grave as its level, warnings by default', () => {
    const all = (logger: Logger): void => {
      for (const level of ['debug', 'info', 'warn', 'error'] as const) logger[level]({}, level)
    }
    expect(linesOf((write) => all(stderrLogger({ write })))).toHaveLength(2)
    expect(linesOf((write) => all(stderrLogger({ write, level: 'debug' })))).toHaveLength(4)
    expect(linesOf((write) => all(stderrLogger({ write, level: 'silent' })))).toEqual([])
  })

  test('adds the stack of an error', () => {
    const [line] = linesOf((write) =>
      stderrLogger({ write }).error({ err: new TypeError('my bug') }, 'It threw.'),
    )
    expect(line).toMatch(/^subnetkit error: It threw\.\nTypeError: my bug\n +at /)
  })

  test('escapes what would move the cursor, and cuts what is long', () => {
    const [line] = linesOf((write) =>
      stderrLogger({ write }).error({ name: '\u001b[2J\u202e' }, 'x'.repeat(9_000)),
    )
    expect(line!.length).toBeLessThan(4_100)
    const [short] = linesOf((write) => stderrLogger({ write }).error({ name: '\u001b[2J\u202e' }, 'x'))
    expect(short).toBe('subnetkit error: x (name \\u001b[2J\\u202e)\n')
  })

  test('refuses a level that does not exist', () => {
    expect(() => stderrLogger({ level: 'loud' as never })).toThrow(InvalidArgumentError)
    expect(() => stderrLogger({ levels: 'warn' } as never)).toThrow('did you mean level?')
  })
})

describe('FaultLog', () => {
  const entries: [string, object, string][] = []
  const write = (level: string) => (fields: object, message: string) =>
    void entries.push([level, fields, message])
  const logger: Logger = {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
  }

  test('says a fault once, at each power of ten, and at the end', () => {
    entries.length = 0
    const faults = new FaultLog(logger)
    for (let round = 1; round <= 120; round++) {
      expect(faults.report({ cause: 'a', message: 'A.', fields: { round } })).toBe(round)
    }
    faults.close()
    expect(entries).toEqual([
      ['error', { round: 1 }, 'A.'],
      ['error', { round: 10, count: 10 }, 'A. (10 times by now)'],
      ['error', { round: 100, count: 100 }, 'A. (100 times by now)'],
      ['error', { round: 120, count: 120 }, 'A. (120 times by now)'],
    ])
  })

  test('counts faults that were counted before they are reported', () => {
    entries.length = 0
    const faults = new FaultLog(logger)
    const err = new TypeError('a')
    const report = (times: number): number =>
      faults.report({ cause: 'a', message: 'A.', fields: { err }, level: 'warn', times })
    expect([report(3), report(4), report(5), report(1)]).toEqual([3, 7, 12, 13])
    faults.close()
    expect(entries).toEqual([
      ['warn', { err, count: 3 }, 'A. (3 times by now)'],
      ['warn', { count: 12 }, 'A. (12 times by now)'],
      ['warn', { count: 13 }, 'A. (13 times by now)'],
    ])
    expect(() => report(0)).toThrow(InvalidArgumentError)
  })

  test('says where it was thrown with the first line only', () => {
    entries.length = 0
    const faults = new FaultLog(logger)
    const err = new TypeError('a')
    for (let round = 1; round <= 3; round++)
      faults.report({ cause: 'a', message: 'A.', fields: { err, round } })
    faults.close()
    expect(entries).toEqual([
      ['error', { err, round: 1 }, 'A.'],
      ['error', { round: 3, count: 3 }, 'A. (3 times by now)'],
    ])
  })

  test.each<[string, () => void]>([
    [
      'throws',
      () => {
        throw new TypeError('my logger')
      },
    ],
    ['rejects', async () => Promise.reject(new TypeError('my logger'))],
  ])('says on standard error what a logger that %s was to say', async (_, fail) => {
    const written: unknown[] = []
    const stderr = vi.spyOn(process.stderr, 'write').mockImplementation((line) => written.push(line) > 0)
    try {
      const faults = new FaultLog({ ...silentLogger, warn: fail, error: fail })
      expect(faults.report({ cause: 'a', message: 'A.', fields: {} })).toBe(1)
      await vi.waitFor(() => expect(written).toEqual(['subnetkit error: A.\n']))
    } finally {
      stderr.mockRestore()
    }
  })

  test('tells causes apart up to a bound', () => {
    entries.length = 0
    const faults = new FaultLog(logger)
    for (let cause = 0; cause < 1_000; cause++) {
      faults.report({ cause: String(cause), message: 'A.', fields: {}, level: 'warn' })
    }
    expect(entries.length).toBeLessThan(140)
    faults.close()
  })

  test('silentLogger says nothing', () => {
    expect(() => silentLogger.error({}, 'x')).not.toThrow()
  })
})

describe('Emitter', () => {
  interface Events {
    readonly served: { readonly count: number }
    readonly closed: null
  }

  test('hands events to those who listen to their name, until they stop', () => {
    const events = new Emitter<Events>(['served', 'closed'], () => {})
    const heard: number[] = []
    const forget = events.on('served', ({ count }) => heard.push(count))
    events.emit('served', { count: 1 })
    events.emit('closed', null)
    forget()
    events.emit('served', { count: 2 })
    expect(heard).toEqual([1])
  })

  test('drops a listener that throws or rejects, tells why, and goes on with the others', async () => {
    const dropped: unknown[] = []
    const events = new Emitter<Events>(['served', 'closed'], (thrown) => dropped.push(thrown))
    const heard: number[] = []
    events.on('served', () => {
      throw new TypeError('mine')
    })
    events.on('served', async () => Promise.reject(new RangeError('mine too')))
    events.on('served', ({ count }) => heard.push(count))
    events.emit('served', { count: 1 })
    await vi.waitFor(() => expect(events.listenersDropped).toBe(2))
    events.emit('served', { count: 2 })
    expect(heard).toEqual([1, 2])
    expect(dropped.map(String)).toEqual(['TypeError: mine', 'RangeError: mine too'])
  })
})
