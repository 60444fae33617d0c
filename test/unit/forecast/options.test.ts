import { describe, expect, test } from 'vitest'
import { DEFAULTS, HELP, OptionError, parseOptions } from '../../../examples/forecast/options.mjs'

describe('parseOptions', () => {
  test('without arguments it gives the defaults', () => {
    expect(parseOptions([])).toEqual({ seed: '1', epochs: 20, blockMs: 250, port: 0 })
  })

  test('reads values after a space and after an equals sign', () => {
    const args = ['--seed', 'seven', '--epochs=5', '--block-ms', '100', '--port=9944']
    expect(parseOptions(args)).toEqual({ seed: 'seven', epochs: 5, blockMs: 100, port: 9944 })
  })

  test.each([[['--help']], [['-h']], [['--epochs', '5', '--help']], [['--epcohs', '5', '-h']]])(
    '%j asks for help',
    (args) => {
      expect(parseOptions(args)).toBeNull()
    },
  )

  test('the help names every option and its default', () => {
    for (const [name, value] of Object.entries({
      ...DEFAULTS,
      'block-ms': DEFAULTS.blockMs,
      blockMs: undefined,
    })) {
      if (value !== undefined) expect(HELP).toMatch(new RegExp(`--${name} .*default ${value}`))
    }
  })

  test.each([
    [['--frob'], 'Unknown option --frob. Options: --seed --epochs --block-ms --port --help.'],
    [['5'], 'Unknown option 5. Options: --seed --epochs --block-ms --port --help.'],
    [
      ['--constructor=1'],
      'Unknown option --constructor=1. Options: --seed --epochs --block-ms --port --help.',
    ],
    [['--epochs'], '--epochs needs a value.'],
    [['--seed', '--epochs', '5'], '--seed needs a value.'],
    [['--block-ms', '-5'], '--block-ms needs a whole number from 100 to 60000, not "-5".'],
    [['--epochs', '3'], '--epochs needs a whole number from 4 to 1000, not "3".'],
    [['--epochs', '1e2'], '--epochs needs a whole number from 4 to 1000, not "1e2".'],
    [['--block-ms=-1'], '--block-ms needs a whole number from 100 to 60000, not "-1".'],
    [['--port', '65536'], '--port needs a whole number from 0 to 65535, not "65536".'],
    [['--seed='], '--seed needs a text of 1 to 100 characters.'],
  ])('refuses %j in one line', (args, message) => {
    const parse = (): unknown => parseOptions(args)
    expect(parse).toThrow(OptionError)
    expect(parse).toThrow(message)
  })
})
