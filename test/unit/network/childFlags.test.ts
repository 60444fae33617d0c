import { describe, expect, test } from 'vitest'
import { inheritableFlags, inheritableNodeOptions } from '../../../src/network/childFlags.js'

describe('the flags that children inherit', () => {
  test('are those of the parent without its debugger and its own program', () => {
    for (const flags of [
      ['--inspect'],
      ['--inspect=9230'],
      ['--inspect-brk=127.0.0.1:0'],
      ['--inspect-wait'],
      ['--inspect-port=9230'],
      ['--inspect-port', '9230'],
      ['--debug-port', '0'],
      ['--inspect-publish-uid=http'],
      ['-e', 'import("./run.js")'],
      ['--eval', '1'],
      ['--eval=1;\n2'],
      ['--print=1'],
      ['--input-type=module'],
      ['--input-type', 'module'],
      ['--watch-path', './src'],
      ['--watch'],
    ]) {
      const kept = ['--no-warnings', '--max-old-space-size=64', '--import', './hooks.js']
      expect(inheritableFlags([...kept, ...flags])).toEqual(kept)
      expect(inheritableFlags([...flags, ...kept])).toEqual(kept)
    }
  })

  test('in NODE_OPTIONS keep their quotes', () => {
    const options = '--require "./with space.js" --inspect-brk --title="a b" --inspect-port 0 --no-warnings'
    expect(inheritableNodeOptions(options)).toBe('--require "./with space.js" --title="a b" --no-warnings')
    expect(inheritableNodeOptions('')).toBe('')
  })
})
