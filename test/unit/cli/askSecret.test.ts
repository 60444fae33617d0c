import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { secretAsker } from '../../../src/cli/askSecret.js'
import { AbortedError } from '../../../src/errors/index.js'

describe('secretAsker', () => {
  test('answers each question with the next line of the input, and shows no answer', async () => {
    const input = new PassThrough()
    const prompt = new PassThrough()
    const ask = secretAsker(input, prompt, new AbortController().signal)
    input.end('first secret\nsecond secret\n')
    expect(await ask('One: ')).toBe('first secret')
    expect(await ask('Two: ')).toBe('second secret')
    prompt.end()
    expect(await text(prompt)).toBe('One: \nTwo: \n')
  })

  test('on a terminal too, where typing would be echoed', async () => {
    const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input })
    const prompt = new PassThrough()
    const ask = secretAsker(input, prompt, new AbortController().signal)
    const answer = ask('Password: ')
    input.write('hidden\r')
    expect(await answer).toBe('hidden')
    prompt.end()
    expect(await text(prompt)).toBe('Password: \n')
  })

  test('ends with an error when the input ends first', async () => {
    const input = new PassThrough()
    const ask = secretAsker(input, new PassThrough(), new AbortController().signal)
    input.end()
    await expect(ask('One: ')).rejects.toThrow(AbortedError)
  })

  test('ends with an error when the signal aborts', async () => {
    const controller = new AbortController()
    const ask = secretAsker(new PassThrough(), new PassThrough(), controller.signal)
    const answer = ask('One: ')
    controller.abort('enough')
    await expect(answer).rejects.toMatchObject({ code: 'Aborted', cause: 'enough' })
  })
})
