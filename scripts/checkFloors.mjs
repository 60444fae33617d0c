// Checks the import direction of `src/` against the floors, import cycles, and the habits of the pure zone.
//   node scripts/checkFloors.mjs        prints one line per offence; exit 1 when there is one
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { exactRooms, floorOf, pureRooms } from './floors.mjs'

/** Ambient names that give different answers at different times or places, or exist only in Node. */
const impureGlobals = new Set([
  'Buffer',
  'Date',
  'Intl',
  'Worker',
  'clearImmediate',
  'clearInterval',
  'clearTimeout',
  'console',
  'crypto',
  'fetch',
  'navigator',
  'performance',
  'process',
  'queueMicrotask',
  'require',
  'setImmediate',
  'setInterval',
  'setTimeout',
])

/** Methods whose result depends on the machine's language. */
const localeMethods = new Set(['localeCompare', 'toLocaleString', 'toLocaleLowerCase', 'toLocaleUpperCase'])

/** `Math` functions that every engine rounds alike; all others are refused in the pure zone. */
const exactMath = new Set([
  'abs',
  'ceil',
  'clz32',
  'floor',
  'fround',
  'imul',
  'max',
  'min',
  'round',
  'sign',
  'sqrt',
  'trunc',
])

/**
 * Checks every source file below `root`.
 *
 * @param {string} root the folder that holds the rooms
 * @returns {string[]} one line per offence, `file:line: what`
 */
export function checkFloors(root) {
  const files = sourceFiles(root)
  const offences = []
  const graph = new Map()
  for (const file of files) {
    const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022, true)
    const say = (node, what) => {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart(source))
      offences.push(`${relative(root, file)}:${line + 1}: ${what}`)
    }
    const edges = []
    for (const { node, specifier } of importsOf(source)) {
      if (specifier.startsWith('.')) {
        const target = resolveRelative(file, specifier)
        if (target === undefined) say(node, `imports ${specifier}, which does not exist`)
        else {
          edges.push(target)
          checkDirection(root, file, target, (what) => say(node, what))
        }
      } else checkPackage(root, file, specifier, (what) => say(node, what))
    }
    graph.set(file, edges)
    if (pureRooms.includes(roomOf(root, file)))
      checkPurity(source, exactRooms.includes(roomOf(root, file)), say)
  }
  for (const cycle of cyclesOf(graph)) {
    offences.push(`import cycle: ${cycle.map((file) => relative(root, file)).join(' -> ')}`)
  }
  return offences
}

function sourceFiles(root) {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.d.ts'))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort()
}

/** Room of a file: its first folder below the root, '' for a file at the top. */
function roomOf(root, file) {
  const parts = relative(root, file).split(sep)
  return parts.length === 1 ? '' : parts[0]
}

function* importsOf(source) {
  const found = []
  const visit = (node) => {
    if (
      (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) &&
      node.moduleSpecifier !== undefined &&
      ts.isStringLiteral(node.moduleSpecifier)
    ) {
      found.push({ node, specifier: node.moduleSpecifier.text })
    } else if (
      ts.isCallExpression(node) &&
      node.expression.kind === ts.SyntaxKind.ImportKeyword &&
      node.arguments.length > 0 &&
      ts.isStringLiteralLike(node.arguments[0])
    ) {
      found.push({ node, specifier: node.arguments[0].text })
    } else if (
      ts.isImportTypeNode(node) &&
      ts.isLiteralTypeNode(node.argument) &&
      ts.isStringLiteral(node.argument.literal)
    ) {
      found.push({ node, specifier: node.argument.literal.text })
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  yield* found
}

function resolveRelative(file, specifier) {
  const base = resolve(dirname(file), specifier)
  // A module that the build makes has its types in the sources.
  const candidates = [base.replace(/\.js$/, '.ts'), base.replace(/\.js$/, '.d.ts'), base]
  return candidates.find((candidate) => existsSync(candidate))
}

function checkDirection(root, file, target, say) {
  const from = roomOf(root, file)
  const to = roomOf(root, target)
  if (floorOf(from) === undefined) {
    say(`room ${from}/ stands on no floor; add it to scripts/floors.mjs`)
    return
  }
  if (from === to) return
  if (relative(root, target).startsWith('..')) {
    say(`imports ${relative(root, target)}, which lies outside the sources`)
    return
  }
  if (floorOf(to) === undefined) say(`imports ${to}/, which stands on no floor`)
  else if (floorOf(to) >= floorOf(from)) {
    say(
      `${from === '' ? 'index.ts' : `${from}/`} (floor ${floorOf(from)}) imports ${to}/ (floor ${floorOf(to)})`,
    )
  }
  if (relative(join(root, to), target) !== 'index.ts') say(`reaches into ${to}/ past its index.js`)
}

function checkPackage(root, file, specifier, say) {
  if (specifier === 'subnetkit' || specifier.startsWith('subnetkit/'))
    say('imports the package by its own name')
  if (pureRooms.includes(roomOf(root, file)) && specifier.startsWith('node:'))
    say(`imports ${specifier} in the pure zone`)
}

function checkPurity(source, exact, say) {
  const visit = (node) => {
    if (ts.isIdentifier(node) && impureGlobals.has(node.text) && isAmbientUse(source, node)) {
      say(node, `uses ${node.text} in the pure zone`)
    }
    if (ts.isPropertyAccessExpression(node)) {
      const { text: method } = node.name
      if (ts.isIdentifier(node.expression) && node.expression.text === 'Math') {
        if (/^[a-z]/.test(method) && !exactMath.has(method)) say(node, `uses Math.${method} in the pure zone`)
      }
      if (ts.isIdentifier(node.expression) && node.expression.text === 'globalThis') {
        if (impureGlobals.has(method)) say(node, `uses globalThis.${method} in the pure zone`)
      }
      if (localeMethods.has(method)) say(node, `uses ${method}, which depends on the machine's language`)
    }
    if (exact && isInexactPower(node)) say(node, 'uses ** on numbers that are not literals')
    if (ts.isAwaitExpression(node)) say(node, 'awaits in the pure zone')
    ts.forEachChild(node, visit)
  }
  visit(source)
}

function isInexactPower(node) {
  if (!ts.isBinaryExpression(node)) return false
  if (node.operatorToken.kind !== ts.SyntaxKind.AsteriskAsteriskToken) return false
  const both = [node.left, node.right]
  return !both.some(ts.isBigIntLiteral) && !both.every(ts.isNumericLiteral)
}

/** Whether an identifier reads the ambient name: neither a property, a declaration, nor a name of the file's own. */
function isAmbientUse(source, node) {
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) return false
  if (ts.isQualifiedName(parent) || ts.isTypeReferenceNode(parent)) return false
  if ('name' in parent && parent.name === node && !ts.isShorthandPropertyAssignment(parent)) return false
  if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent)) return false
  return !declaresName(source, node.text)
}

function declaresName(source, name) {
  let found = false
  const visit = (node) => {
    if (
      (ts.isVariableDeclaration(node) ||
        ts.isParameter(node) ||
        ts.isFunctionDeclaration(node) ||
        ts.isImportSpecifier(node) ||
        ts.isBindingElement(node)) &&
      node.name !== undefined &&
      ts.isIdentifier(node.name) &&
      node.name.text === name
    ) {
      found = true
    }
    if (!found) ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

/** One cycle per strongly connected group of files (Tarjan), in import order. */
function cyclesOf(graph) {
  const state = { index: new Map(), low: new Map(), stack: [], cycles: [] }
  for (const file of graph.keys()) if (!state.index.has(file)) connect(graph, file, state)
  return state.cycles
}

function connect(graph, file, state) {
  const { index, low, stack, cycles } = state
  const number = index.size
  index.set(file, number)
  low.set(file, number)
  stack.push(file)
  for (const next of graph.get(file) ?? []) {
    if (!index.has(next)) {
      connect(graph, next, state)
      low.set(file, Math.min(low.get(file), low.get(next)))
    } else if (stack.includes(next)) low.set(file, Math.min(low.get(file), index.get(next)))
  }
  if (low.get(file) !== number) return
  const group = stack.splice(stack.indexOf(file))
  if (group.length > 1 || (graph.get(file) ?? []).includes(file)) cycles.push([...group, group[0]])
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const offences = checkFloors(fileURLToPath(new URL('../src', import.meta.url)))
  for (const offence of offences) console.error(`src/${offence}`)
  console.log(offences.length === 0 ? 'Floors: clean.' : `Floors: ${offences.length} offences.`)
  process.exitCode = offences.length === 0 ? 0 : 1
}
