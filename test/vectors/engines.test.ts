import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseEpochFile, printEpochResults } from '../../src/cli/epochFile.js'
import { engineOptions, runOn } from '../support/engines.js'
import { vectorFiles, vectorsDir } from './vectorsDir.js'

type Expected = { readonly steps: readonly { readonly expected: unknown }[] }

describe.each(engineOptions)('the epoch vectors on engine $title', (options) => {
  it.each(vectorFiles('epoch'))('$name: every integer of every step', ({ name, content }) => {
    const steps = parseEpochFile(readFileSync(join(vectorsDir(), 'epoch', name), 'utf8'))
    const outputs = steps.map(({ input, params }) => runOn(options, input, params))
    expect(JSON.parse(printEpochResults(outputs))).toEqual(
      (content as Expected).steps.map(({ expected }) => expected),
    )
  })
})
