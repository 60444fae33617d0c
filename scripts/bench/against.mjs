// `npm run bench -- --against COMMIT`: the same benches on two commits in turns, on one machine in one run.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, unlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundle } from '../bundle.mjs'
import { ensureInstalled, isInstalled, root } from '../setUp.mjs'
import { shown, table, times } from './markdown.mjs'
import { git } from './record.mjs'
import { runProgram } from './run.mjs'

/**
 * Runs bench files on the sources of a commit and on those of this clone, several times in turns; every other turn the later
 * sources come first. A file is today's on both sides where it can be run on the sources of the commit, so that both do the same
 * work; the commit's own where it cannot.
 *
 * @param {string} commit
 * @param {readonly string[]} files below `bench/`
 * @param {{ turns: number, args: readonly string[], signal: AbortSignal, say: (text: string) => void }} options
 * @returns {Promise<string>} a table of every row that has a median; what was written is gone
 */
export async function compareWith(commit, files, { turns, args, signal, say }) {
  const hash = hashOf(commit)
  const clone = mkdtempSync(join(tmpdir(), 'subnetkit-against-'))
  try {
    unpack(hash, clone)
    const found = new Map()
    for (const file of signal.aborted ? [] : files) {
      const after = await bundle(join(root, 'bench', file), outfileOf(root, 'after', file))
      const before = await programBefore(file, clone, { args, signal })
      say(`${file}: ${before === undefined ? 'cannot be run' : before.whose} on the sources of ${hash}`)
      const sides = [
        { program: before?.program, cwd: clone },
        { program: after, cwd: root },
      ]
      for (let turn = 0; before !== undefined && turn < turns; turn++) {
        say(`${file}: turn ${turn + 1} of ${turns}`)
        for (const side of turn % 2 === 0 ? [0, 1] : [1, 0]) {
          const rows = await rowsOf({ ...sides[side], args, signal })
          if (signal.aborted) return ''
          for (const [name, row] of rows) add(found, name, side, row)
        }
      }
    }
    return drawn(found, hash)
  } finally {
    rmSync(clone, { recursive: true, force: true })
  }
}

/** The rows of one run that have a median, by name. */
async function rowsOf({ program, cwd, args, signal, stderr }) {
  const rows = new Map()
  const onRow = (row) => {
    const name = [row.bench, row.id, row.engine, row.curve].filter((part) => part !== undefined).join(' ')
    if (row.medianUs !== undefined) rows.set(name, row)
  }
  const ending = await runProgram(program, { cwd, args, signal, onRow, stderr })
  if (ending !== 0 && !signal.aborted) throw new Error(`${program} failed (${ending}).`)
  return rows
}

function add(found, name, side, row) {
  if (!found.has(name)) found.set(name, [[], []])
  found.get(name)[side].push(row)
}

function hashOf(commit) {
  try {
    return git(root, 'rev-parse', '--verify', '--short', `${commit}^{commit}`)
  } catch {
    throw new RangeError(`This clone has no commit ${commit}.`)
  }
}

/** The commit's files, with the packages it names: those of this clone where they are the same. */
function unpack(hash, clone) {
  const archive = join(clone, 'files.tar')
  execFileSync('git', ['archive', '--output', archive, hash], { cwd: root })
  execFileSync('tar', ['-xf', archive, '-C', clone])
  const packages = join(clone, 'node_modules')
  symlinkSync(join(root, 'node_modules'), packages, 'junction')
  if (!isInstalled(clone)) unlinkSync(packages)
  if (!ensureInstalled(clone)) throw new Error(`What ${hash} needs could not be installed.`)
}

async function programBefore(file, clone, options) {
  const candidates = [
    ["today's file", root],
    ["the commit's own file", clone],
  ]
  for (const [whose, folder] of candidates) {
    try {
      const outfile = outfileOf(clone, whose, file)
      const program = await bundle(join(folder, 'bench', file), outfile, clone, 'silent')
      await rowsOf({ ...options, program, cwd: clone, stderr: 'ignore' })
      return { whose, program }
    } catch {
      // It uses what is not there at the commit, or is not there itself.
    }
  }
}

function outfileOf(clone, whose, file) {
  const folder = join(clone, '.build/bench')
  mkdirSync(folder, { recursive: true })
  return join(folder, `${whose} ${file}`.replace(/[^\w.]+/g, '-').replace(/\.ts$/, '.mjs'))
}

/** Middle of a field's values over the turns. */
function middle(rows, field) {
  return rows.map((row) => row[field]).sort((a, b) => a - b)[Math.floor((rows.length - 1) / 2)]
}

function drawn(found, hash) {
  const lines = [...found].map(([name, [before, after]]) => {
    const cells = [shown(middle(before, 'medianUs')), shown(middle(after, 'medianUs'))]
    if (before.length !== after.length) return [name, ...cells, '', '', '']
    const ratios = before.map(({ medianUs }, turn) => medianUs / after[turn].medianUs)
    const range = `${shown(Math.min(...ratios))} to ${shown(Math.max(...ratios))}`
    const of = (field) => times(middle(before, field) / middle(after, field))
    return [name, ...cells, of('medianUs'), range, of('p10Us')]
  })
  const heads = ['row', `${hash}, µs`, 'now, µs', 'times as fast', 'over the turns', 'by the quickest tenth']
  return table(heads, lines)
}
