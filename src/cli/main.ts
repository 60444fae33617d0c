import { buffer } from 'node:stream/consumers'
import { secretAsker } from './askSecret.js'
import { runCli } from './runCli.js'

const controller = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // The second time, whoever asks does not want to wait.
    if (controller.signal.aborted) process.exit(130)
    controller.abort(signal)
  })
}
// A reader that went away (`| head`) ends the command quietly.
process.stdout.on('error', () => process.exit(0))

process.exitCode = await runCli(process.argv.slice(2), {
  readInput: async () => new Uint8Array(await buffer(process.stdin)),
  askSecret: secretAsker(process.stdin, process.stderr, controller.signal),
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  signal: controller.signal,
  env: process.env,
})

// An input that was asked for a password would keep the process waiting for more.
process.stdin.destroy()
