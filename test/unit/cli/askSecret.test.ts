import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { secretAsker } from '../../../src/cli/askSecret.js'

describe('secretAsker', () => {
  test('answers each question with the next line of the input, and shows no answer', async () => {
    const input = new PassThrough()
    const prompt = new PassThrough()
    const ask = secretAsker(input, prompt)
    input.end('first secret\nsecond secret\n')
    expect(await ask('One: ')).toBe('first secret')
    expect(await ask('Two: ')).toBe('second secret')
    prompt.end()
    expect(await text(prompt)).toBe('One: \nTwo: \n')
  })

  test('on a terminal too, where typing would be echoed', async () => {
    const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input })
    const prompt = new PassThrough()
    const ask = secretAsker(input, prompt)
    const answer = ask('Password: ')
    input.write('hidden\r')
    expect(await answer).toBe('hidden')
    prompt.end()
    expect(await text(prompt)).toBe('Password: \n')
  })

  test('ends with an error when the input ends first', async () => {
    const input = new PassThrough()
    const ask = secretAsker(input, new PassThrough())
    input.end()
    await expect(ask('One: ')).rejects.toThrow('standard input: it ended before the question was answered')
  })

  test('ends with an error when a line never ends', async () => {
    const input = new PassThrough()
    const ask = secretAsker(input, new PassThrough())
    const answer = ask('One: ')
    input.write('x'.repeat(70_000))
    await expect(answer).rejects.toThrow('standard input: longer than 65536 bytes')
  })
})
