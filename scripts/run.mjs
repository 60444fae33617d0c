// Runs an example on the sources, with `subnetkit` meaning this clone: by its name, or any TypeScript program of the clone by its path.
//   npm run example                                              lists them
//   npm run example -- text
//   npm run example -- examples/miner/miner.ts --netuid 1
import { spawn } from 'node:child_process'
import { statSync } from 'node:fs'
import { constants } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { bundle } from './bundle.mjs'
import { examples } from './examples.mjs'
import { ensureInstalled, root } from './setUp.mjs'

const [what, ...rest] = process.argv.slice(2)
if (what === undefined || what === '--help') console.log(list())
else if (!ensureInstalled()) process.exitCode = 1
else {
  const path = programOf(what)
  if (path === undefined) {
    console.error(await unknown(what))
    process.exitCode = 2
  } else await run(path, rest)
}

/** @returns {string | undefined} the file to run; none where nothing is called so */
function programOf(name) {
  const example = Object.hasOwn(examples, name) ? examples[name] : undefined
  if (example?.program !== undefined) return join(root, 'examples', name, example.program)
  const path = resolve(root, name)
  return example === undefined && statSync(path, { throwIfNoEntry: false })?.isFile() ? path : undefined
}

async function run(path, args) {
  const outfile = join(root, '.build/examples', relative(root, path).replace(/\.ts$/, '.mjs'))
  await bundle(path, outfile)
  const child = spawn(process.execPath, ['--enable-source-maps', outfile, ...args], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal] ?? 1)
  })
}

function list() {
  const names = Object.keys(examples)
  const width = Math.max(...names.map(({ length }) => length))
  const lines = Object.entries(examples).map(
    ([name, { says, how }]) => `  ${name.padEnd(width)}  ${says}${how === undefined ? '' : ` (${how})`}`,
  )
  return `Examples:\n${lines.join('\n')}\n\nRun one with npm run example -- NAME, or any program of the clone with npm run example -- FILE.`
}

async function unknown(name) {
  const how = Object.hasOwn(examples, name) ? examples[name].how : undefined
  if (how !== undefined) return `${name} is not run by its name: ${how}.`
  // The library's own measure of what was meant.
  const outfile = await bundle(join(root, 'src/checks/nearest.ts'), join(root, '.build/nearest.mjs'))
  const { nearest } = await import(pathToFileURL(outfile).href)
  const like = nearest(Object.keys(examples), name)
  const hint = like === undefined ? '' : ` Did you mean ${like}?`
  return `There is no example and no file ${name}.${hint}\n\n${list()}`
}
