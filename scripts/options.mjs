import { parseArgs } from 'node:util'

/**
 * Options of the command line, and the texts beside them. Prints the help where it is asked for, and ends with code 2 and the reason
 * where something is wrong.
 *
 * @param {string} help
 * @param {import('node:util').ParseArgsConfig['options']} options
 * @param {(values: object, texts: readonly string[]) => string | undefined} [wrong] what else is wrong
 */
export function readOptions(help, options, wrong = () => undefined) {
  const all = { ...options, help: { type: 'boolean' } }
  let reason
  try {
    const { values, positionals } = parseArgs({ allowPositionals: true, options: all })
    if (values.help) {
      process.stdout.write(help)
      process.exit(0)
    }
    reason = wrong(values, positionals)
    if (reason === undefined) return { values, texts: positionals }
  } catch ({ message }) {
    reason = message
  }
  console.error(`${reason}\n\n${help}`)
  process.exit(2)
}

/** What is wrong with options that must be whole numbers, by their least and largest values. */
export function wrongNumber(values, bounds) {
  const isWrong = ([name, [least, largest]]) => {
    const value = Number(values[name])
    return !Number.isInteger(value) || value < least || value > largest
  }
  const [name, [least, largest] = []] = Object.entries(bounds).find(isWrong) ?? []
  return name === undefined ? undefined : `--${name}: pass a whole number from ${least} to ${largest}.`
}
