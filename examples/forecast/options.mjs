// Plain JavaScript, because scripts/start.mjs reads the options before anything is installed or bundled.

export const DEFAULTS = Object.freeze({ seed: '1', epochs: 20, blockMs: 250, port: 0 })

export const HELP = `Usage: npm start [-- options]

Runs a forecasting network on this machine: a chain node, eight miners and three validators, each
in a process of its own, talking over sockets on 127.0.0.1. Prints who earned what and why, and
writes an HTML report.

Options:
  --seed TEXT      keys, questions and guesses follow from it (default ${DEFAULTS.seed})
  --epochs N       epochs to run, 4 to 1000 (default ${DEFAULTS.epochs})
  --block-ms N     milliseconds per block, 100 to 60000 (default ${DEFAULTS.blockMs})
  --port N         port of the chain node, 0 for any free one (default ${DEFAULTS.port})
  --help           show this text
`

/** An option that cannot be used; `message` is one line for the user. */
export class OptionError extends Error {
  name = 'OptionError'
}

/** Reads the options of `npm start`: the settings, or `null` when help is asked for. */
export function parseOptions(args) {
  const options = { ...DEFAULTS }
  const readers = {
    seed: (text) => {
      if (text === '' || text.length > 100)
        throw new OptionError('--seed needs a text of 1 to 100 characters.')
      return text
    },
    epochs: wholeNumber('--epochs', 4, 1000),
    'block-ms': wholeNumber('--block-ms', 100, 60_000),
    port: wholeNumber('--port', 0, 65_535),
  }
  const fields = { seed: 'seed', epochs: 'epochs', 'block-ms': 'blockMs', port: 'port' }
  if (args.includes('--help') || args.includes('-h')) return null
  for (let at = 0; at < args.length; at++) {
    const [, name, inline] = /^--([a-z-]+)(?:=(.*))?$/s.exec(args[at]) ?? []
    if (name === undefined || !Object.hasOwn(readers, name)) {
      throw new OptionError(`Unknown option ${args[at]}. Options: --seed --epochs --block-ms --port --help.`)
    }
    const text = inline ?? args[++at]
    if (text === undefined || (inline === undefined && text.startsWith('--')))
      throw new OptionError(`--${name} needs a value.`)
    options[fields[name]] = readers[name](text)
  }
  return options
}

function wholeNumber(name, smallest, largest) {
  return (text) => {
    const value = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN
    if (value >= smallest && value <= largest) return value
    throw new OptionError(
      `${name} needs a whole number from ${smallest} to ${largest}, not ${JSON.stringify(text)}.`,
    )
  }
}
