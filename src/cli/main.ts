import { processIo } from './processIo.js'
import { runCli } from './runCli.js'

/** What shells say of a program that Ctrl-C ended. */
const STOPPED = 130

process.exitCode = await runCli(process.argv.slice(2), processIo())
// All is written by now; what the system still does, such as looking up a name, would keep who wants to leave waiting.
if (process.exitCode === STOPPED) process.exit()

// An input that was asked for a password would keep the process waiting for more.
process.stdin.destroy()
