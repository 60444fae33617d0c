import { describe, expect, test } from 'vitest'
import { describeOptions, type OptionSpecs, parseOptions } from '../../../src/cli/options.js'
import { UsageError } from '../../../src/cli/UsageError.js'

const specs: OptionSpecs = {
  port: { type: 'string', value: 'PORT', help: 'where to listen' },
  endow: { type: 'string', multiple: true, value: 'ACCOUNT', help: 'who to endow' },
  quiet: { type: 'boolean', help: 'say less' },
}
const bounds = { min: 0, max: 65_535, fallback: 9944 }

describe('parseOptions', () => {
  test('reads text, repeated text, flags and positionals', () => {
    const parsed = parseOptions(['--port', '80', 'file', '--endow=a', '--quiet', '--endow', 'b'], specs, 1)
    expect(parsed.text('port')).toBe('80')
    expect(parsed.integer('port', bounds)).toBe(80)
    expect(parsed.texts('endow')).toEqual(['a', 'b'])
    expect(parsed.flag('quiet')).toBe(true)
    expect(parsed.positionals).toEqual(['file'])
  })

  test('falls back where nothing was given', () => {
    const parsed = parseOptions([], specs, 0)
    expect(parsed.text('port')).toBeUndefined()
    expect(parsed.integer('port', bounds)).toBe(9944)
    expect(parsed.texts('endow')).toEqual([])
    expect(parsed.flag('quiet')).toBe(false)
  })

  test.each(['-1', '-5.5', '65536', '1.5', '1e3', '', ' 80', '0x50', '9'.repeat(16)])(
    'refuses %j as a port and names the option',
    (value) => {
      const read = (): number => parseOptions([`--port=${value}`], specs, 0).integer('port', bounds)
      expect(read).toThrow(UsageError)
      expect(read).toThrow(expect.objectContaining({ field: '--port', code: 'Usage' }))
      expect(read).toThrow('--port: pass a whole number from 0 to 65535')
    },
  )

  test.each([
    [['--port', '-5'], '--port: pass a whole number from 0 to 65535, not "-5"'],
    [['--port', '-.5'], '--port: pass a whole number from 0 to 65535, not "-.5"'],
    [
      ['--port', '--quiet'],
      '--port: it needs a value: --port PORT; if "--quiet" is meant, write --port=--quiet',
    ],
    [['--port'], '--port: it needs a value: --port PORT'],
    [['--port', '1', '--port', '2'], '--port: it is given twice'],
    [['--quiet=yes'], '--quiet: it takes no value'],
    [['--prot', '1'], '--prot: unknown option; did you mean --port?'],
    [['--prt', '1'], '--prt: unknown option; did you mean --port?'],
    [['--prx', '1'], '--prx: unknown option; see --help'],
    [['--hasOwnProperty'], '--hasOwnProperty: unknown option; see --help'],
    [['-p', '1'], '-p: unknown option; see --help'],
    [['one', 'two'], 'two: unexpected argument'],
  ])('says of %j in plain words what is wrong', (argv, message) => {
    const read = (): number => parseOptions(argv, specs, 1).integer('port', bounds)
    expect(read).toThrow(expect.objectContaining({ name: 'UsageError', message }))
  })

  test('takes a value that looks like an option where it is bound to its name', () => {
    const parsed = parseOptions(['--endow=--quiet', '--', '--port'], specs, 1)
    expect(parsed.texts('endow')).toEqual(['--quiet'])
    expect(parsed.flag('quiet')).toBe(false)
    expect(parsed.positionals).toEqual(['--port'])
  })

  test('looks at nothing else where help is asked for', () => {
    const withHelp: OptionSpecs = { ...specs, help: { type: 'boolean', help: 'print this' } }
    for (const argv of [
      ['--port', 'x', '--help'],
      ['-h', '--prot'],
      ['one', 'two', '-h'],
    ]) {
      expect(parseOptions(argv, withHelp, 1).flag('help')).toBe(true)
    }
    expect(parseOptions(['--', '--help'], withHelp, 1).flag('help')).toBe(false)
  })

  test.each([
    [['--prot', '1'], '--prot'],
    [['-x'], '-x'],
    [['--quiet=yes'], '--quiet'],
    [['--port'], '--port'],
    [['one', 'two'], 'two'],
  ])('refuses %j and names what is wrong', (argv, field) => {
    expect(() => parseOptions(argv, specs, 1)).toThrow(expect.objectContaining({ field }))
  })
})

describe('describeOptions', () => {
  test('aligns the help of every option', () => {
    expect(describeOptions(specs)).toBe(
      [
        '  --port PORT      where to listen',
        '  --endow ACCOUNT  who to endow',
        '  --quiet          say less',
        '',
      ].join('\n'),
    )
  })
})
