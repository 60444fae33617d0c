// Holds the imports of `src/` to the floors, with dependency-cruiser and rules made from floors.mjs. What the pure rooms may not
// use besides is a matter of biome.json.
//   node scripts/checkFloors.mjs        prints one line per offence; exit 1 when there is one
import { fileURLToPath } from 'node:url'
import { cruise } from 'dependency-cruiser'
import { floors, pureRooms } from './floors.mjs'

/** A path inside one of these rooms. */
const inside = (rooms) => `^src/(${rooms.join('|')})/`
const anyRoom = '^src/([^/]+)/'
const anyDoor = '^src/[^/]+/index\\.ts$'
const known = inside(floors.flatMap(({ rooms }) => rooms))

/** What is said of an import that a rule refuses: who may import what, as patterns of paths. */
const rules = {
  ...Object.fromEntries(
    floors.map(({ floor, rooms }) => {
      const notLower = floors.filter((one) => one.floor >= floor).flatMap((one) => one.rooms)
      const to = { path: ['^src/[^/]+$', inside(notLower)], pathNot: '^src/$1/' }
      return [`floor ${floor} imports from lower floors only`, { from: { path: inside(rooms) }, to }]
    }),
  ),
  'stands on no floor; add its room to scripts/floors.mjs': {
    from: { path: anyRoom, pathNot: known },
    to: {},
  },
  'lies in a room that stands on no floor': { from: {}, to: { path: anyRoom, pathNot: known } },
  'a room is imported through its index.js only': {
    from: { path: anyRoom },
    to: { path: anyRoom, pathNot: ['^src/$1/', anyDoor] },
  },
  'the top imports rooms through their index.js only': {
    from: { path: '^src/[^/]+$' },
    to: { path: anyRoom, pathNot: anyDoor },
  },
  'lies outside the sources': { from: {}, to: { dependencyTypes: ['local'], pathNot: '^src/' } },
  'is the package by its own name': { from: {}, to: { path: '^(subnetkit(/|$)|dist/)' } },
  'does not exist': { from: {}, to: { couldNotResolve: true, pathNot: '^subnetkit(/|$)' } },
  'is Node, in the pure zone': { from: { path: inside(pureRooms) }, to: { dependencyTypes: ['core'] } },
  'import cycle': { from: {}, to: { circular: true } },
}

/**
 * Checks the imports of every source file, those of types included.
 *
 * @param {string} root the folder that holds `src/`
 * @returns {Promise<string[]>} one line per offence; a cycle is one, whoever of it is asked
 */
export async function checkFloors(root) {
  const forbidden = Object.entries(rules).map(([name, rule]) => ({ name, severity: 'error', ...rule }))
  const { output } = await cruise(['src'], {
    baseDir: root,
    validate: true,
    ruleSet: { forbidden },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
  })
  return [...new Set(output.summary.violations.map(described))].sort()
}

function described({ from, to, rule, cycle }) {
  if (cycle === undefined) return `${from} -> ${to}: ${rule.name}`
  const files = cycle.map(({ name }) => name)
  const first = files.indexOf(files.toSorted()[0])
  const round = [...files.slice(first), ...files.slice(0, first + 1)]
  return `${rule.name}: ${round.join(' -> ')}`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const offences = await checkFloors(fileURLToPath(new URL('..', import.meta.url)))
  for (const offence of offences) console.error(offence)
  console.log(offences.length === 0 ? 'Floors: clean.' : `Floors: ${offences.length} offences.`)
  process.exitCode = offences.length === 0 ? 0 : 1
}
