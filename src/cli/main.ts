import { processIo } from './processIo.js'
import { runCli } from './runCli.js'

process.exitCode = await runCli(process.argv.slice(2), processIo())

// An input that was asked for a password would keep the process waiting for more.
process.stdin.destroy()
