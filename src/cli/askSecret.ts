import { createInterface } from 'node:readline'
import { PassThrough, type Readable, type Writable } from 'node:stream'
import { UsageError } from './UsageError.js'

type Input = Readable & { readonly isTTY?: boolean }

/** Far more than the answers of one command; a stream without line ends is not kept for ever. */
const MAX_INPUT_BYTES = 64 * 1024

/**
 * A question on a terminal whose answer is not shown; each call answers with the next line of input.
 * The question goes to `prompt`, so that standard output holds results only.
 *
 * @throws UsageError when the input ends before a line is complete, or is longer than any answers could be.
 */
export function secretAsker(input: Input, prompt: Writable): (question: string) => Promise<string> {
  let lines: AsyncIterator<string> | undefined
  return async (question) => {
    prompt.write(question)
    lines ??= hiddenLines(input)
    const next = await lines.next().finally(() => prompt.write('\n'))
    if (next.done !== true) return next.value
    if (input.errored instanceof UsageError) throw input.errored
    throw new UsageError({ field: 'standard input', problem: 'it ended before the question was answered' })
  }
}

function hiddenLines(input: Input): AsyncIterator<string> {
  // On a terminal readline echoes what is typed to its output: a sink here.
  const output = new PassThrough().resume()
  const lines = createInterface({ input, output, terminal: input.isTTY === true })
  // In raw mode Ctrl-C is a character like any other until it is passed on.
  lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'))
  let length = 0
  input.on('data', (chunk: Uint8Array | string) => {
    length += chunk.length
    if (length > MAX_INPUT_BYTES) input.destroy(tooLong())
  })
  // Said by whoever asks next; an error that nobody listens to would end the process.
  input.on('error', () => lines.close())
  return lines[Symbol.asyncIterator]()
}

function tooLong(): UsageError {
  return new UsageError({ field: 'standard input', problem: `longer than ${MAX_INPUT_BYTES} bytes` })
}
