import { processIo } from './processIo.js'
import { runCli } from './runCli.js'

// All is written by now. What is still open, such as the look-up of a name or an input that was asked for a password, would keep who wants to leave
// waiting; and a program that winds down of itself catches no signal any more, so that a late Ctrl-C would call failed what is done.
process.exit(await runCli(process.argv.slice(2), processIo()))
