import { existsSync, lstatSync, readdirSync, renameSync, rmdirSync, rmSync, statSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { nearest } from '../checks/index.js'
import type { CliIo } from './io.js'
import { packageSource } from './new/packageSource.js'
import { isComplete, type ProjectFile, projectFiles } from './new/projectFiles.js'
import { type ProjectKind, projectKinds } from './new/projectKinds.js'
import { OutputError } from './OutputError.js'
import { shown } from './openRefusal.js'
import { describeOptions, type OptionSpecs, parseOptions } from './options.js'
import { UsageError } from './UsageError.js'

const kinds = Object.entries(projectKinds).filter(([, kind]) => isComplete(kind))

const options: OptionSpecs = {
  like: {
    type: 'string',
    value: 'KIND',
    help: `what it begins as: ${kinds.map(([name]) => name).join(', ')} (miner)`,
  },
  help: { type: 'boolean', help: 'print this' },
}

const HELP = `subnetkit new: make a project for a subnet of your own

Usage: subnetkit new FOLDER [options]

Makes FOLDER, named as the project is: TypeScript, rules, a miner, a validator, tests and a page that says what is where. It is complete: it
installs, passes its tests and runs as it is, and nothing outside the folder is touched.

What it may begin as:
${kinds.map(([name, { says }]) => `  ${name.padEnd(11)}${says}`).join('\n')}

Examples:
  subnetkit new my-subnet
  subnetkit new my-market --like ${kinds.at(-1)?.[0]}

Options:
${describeOptions(options)}`

/** What shells say of a program that Ctrl-C ended. */
const STOPPED = 130
/** What npm lets a package be called, without a scope. */
const NAME = /^[a-z0-9][a-z0-9._-]{0,213}$/

/** Runs `subnetkit new`. */
export async function newCommand(argv: readonly string[], io: CliIo): Promise<number> {
  const given = parseOptions(argv, options, 1)
  if (given.flag('help')) {
    io.out(HELP)
    return 0
  }
  // From here on, so that whoever stops it is told what there is.
  const signal = io.catchSignals()
  const [folder] = given.positionals
  if (folder === undefined)
    throw new UsageError({ field: 'FOLDER', problem: 'name the project: subnetkit new my-subnet' })
  const like = given.text('like') ?? 'miner'
  const kind = kindNamed(like)
  const project = resolve(folder)
  const name = basename(project)
  mustBeName(name)
  mustBeFree(project, folder)
  const files = projectFiles(kind, { name, like, subnetkit: packageSource(project) })
  if (!(await write(project, files, signal))) {
    io.err('subnetkit: stopped; nothing was left behind\n')
    return STOPPED
  }
  const there = relative(process.cwd(), project)
  io.out(`Made ${shown(folder)}, with ${files.length} files; README.md says what is where. Next:

  cd ${shown(there === '' ? '.' : there)}
  npm install
  npm test

Then npm start runs it.
`)
  return 0
}

function kindNamed(like: string): ProjectKind {
  const found = kinds.find(([name]) => name === like)
  if (found !== undefined) return found[1]
  const names = kinds.map(([name]) => name)
  const meant = nearest(names, like)
  const hint = meant === undefined ? '' : `; did you mean ${meant}?`
  throw new UsageError({
    field: '--like',
    problem: `pass one of ${names.join(', ')}, not ${shown(like)}${hint}`,
  })
}

/** @throws UsageError for a name that npm would refuse. */
function mustBeName(name: string): void {
  if (NAME.test(name) && name !== 'node_modules' && name !== 'subnetkit') return
  const problem =
    name === 'subnetkit' || name === 'node_modules'
      ? `${name} is taken; give the project a name of its own`
      : `a project is named by small letters, digits, dots, dashes and underscores, and begins with a letter or a digit; not ${shown(name)}`
  throw new UsageError({ field: 'FOLDER', problem })
}

/** @throws UsageError for a folder that holds something, or a place in which none can be made. */
function mustBeFree(project: string, folder: string): void {
  const parent = statSync(dirname(project), { throwIfNoEntry: false })
  if (parent !== undefined && !parent.isDirectory())
    throw new UsageError({
      field: 'FOLDER',
      problem: `${shown(dirname(folder))} is a file; name a folder to make the project in`,
    })
  const found = statSync(project, { throwIfNoEntry: false })
  if (found === undefined) {
    if (lstatSync(project, { throwIfNoEntry: false }) !== undefined) {
      const problem = `${shown(folder)} is a link that leads nowhere; give the project another name`
      throw new UsageError({ field: 'FOLDER', problem })
    }
    if (parent !== undefined) return
    throw new UsageError({
      field: 'FOLDER',
      problem: `${shown(dirname(folder))} does not exist; make it first`,
    })
  }
  if (!found.isDirectory())
    throw new UsageError({
      field: 'FOLDER',
      problem: `${shown(folder)} is a file; give the project another name`,
    })
  if (readdirSync(project).length > 0) {
    const problem = `${shown(folder)} is not empty; give the project another name, or empty the folder first`
    throw new UsageError({ field: 'FOLDER', problem })
  }
}

/**
 * Writes all files beside their place, and then puts them there in one step: nothing is half there.
 *
 * @returns false when the signal came first; nothing is left then.
 * @throws OutputError when something cannot be written; nothing is left then.
 */
async function write(project: string, files: readonly ProjectFile[], signal: AbortSignal): Promise<boolean> {
  const beside = join(dirname(project), `.${basename(project)}.${process.pid}.part`)
  try {
    // Alone: where none can be made, a folder within it is tried for ever on some systems.
    await mkdir(beside)
    for (const { path, bytes } of files) {
      if (signal.aborted) return false
      await mkdir(dirname(join(beside, path)), { recursive: true })
      await writeFile(join(beside, path), bytes)
    }
    if (signal.aborted) return false
    // From here to the last word nothing waits: a signal comes too late, and the project is made.
    if (existsSync(project)) rmdirSync(project)
    renameSync(beside, project)
    return true
  } catch (cause) {
    throw new OutputError(cause, shown(project))
  } finally {
    rmSync(beside, { recursive: true, force: true })
  }
}
