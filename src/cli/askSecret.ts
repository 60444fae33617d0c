import { createInterface } from 'node:readline'
import { PassThrough, type Readable, type Writable } from 'node:stream'
import { AbortedError } from '../errors/index.js'

/**
 * A question on a terminal whose answer is not shown; each call answers with the next line of input.
 * The question goes to `prompt`, so that standard output holds results only.
 *
 * @throws AbortedError when the input ends, or the signal aborts, before a line is complete.
 */
export function secretAsker(
  input: Readable & { readonly isTTY?: boolean },
  prompt: Writable,
  signal: AbortSignal,
): (question: string) => Promise<string> {
  let lines: AsyncIterator<string> | undefined
  return async (question) => {
    prompt.write(question)
    lines ??= hiddenLines(input, signal)
    const next = await lines.next()
    prompt.write('\n')
    if (next.done === true) throw new AbortedError({ what: 'The question', cause: signal.reason })
    return next.value
  }
}

function hiddenLines(
  input: Readable & { readonly isTTY?: boolean },
  signal: AbortSignal,
): AsyncIterator<string> {
  // On a terminal readline echoes what is typed to its output: a sink here.
  const output = new PassThrough().resume()
  const lines = createInterface({ input, output, terminal: input.isTTY === true, signal })
  // In raw mode Ctrl-C is a character like any other until it is passed on.
  lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'))
  return lines[Symbol.asyncIterator]()
}
