/** Files that are taken as they are, but for some words. Paths are of the package and of the project. */
export interface TakenFile {
  readonly from: string
  readonly to: string
  /** What is written in place of what; each must be there. */
  readonly words?: readonly (readonly [from: string, to: string])[]
}

/** What a project is made from. */
export interface ProjectKind {
  readonly says: string
  readonly files: readonly TakenFile[]
  /** Folders that are taken whole. */
  readonly folders: readonly { readonly from: string; readonly to: string }[]
  /** The program of `npm start`. */
  readonly start: string
  /** That of `npm run buyer`, if there is one. */
  readonly buyer?: string
  /** Packages that it runs on, besides subnetkit; their versions are those that the package is tested with. */
  readonly packages: readonly string[]
}

const commandLine: TakenFile = {
  from: 'examples/miner/commandLine.ts',
  to: 'src/commandLine.ts',
  words: [
    [
      `Usage: npx tsx node_modules/subnetkit/examples/miner/\${role}.ts [options]   where subnetkit is installed
       npm run example -- examples/miner/\${role}.ts [options]              in a clone of it
`,
      `Usage: npm run \${role} -- [options]
`,
    ],
  ],
}

const shared: readonly TakenFile[] = [
  { from: 'templates/gitignore', to: '.gitignore' },
  { from: 'templates/npmrc', to: '.npmrc' },
  { from: 'templates/tsconfig.json', to: 'tsconfig.json' },
  commandLine,
]

const miner: ProjectKind = {
  says: 'one task, one answer, one score: numbers are factored',
  files: [
    ...shared,
    { from: 'templates/miner/README.md', to: 'README.md' },
    { from: 'templates/miner/network.ts', to: 'src/network.ts' },
    { from: 'templates/miner/subnet.test.ts', to: 'test/subnet.test.ts' },
    ...['subnet.ts', 'factorise.ts', 'miner.ts', 'validator.ts', 'buyer.ts'].map((name) => ({
      from: `examples/miner/${name}`,
      to: `src/${name}`,
    })),
  ],
  folders: [],
  start: 'src/network.ts',
  buyer: 'src/buyer.ts',
  packages: ['zod'],
}

function marketKind(name: string, says: string, packages: readonly string[] = []): ProjectKind {
  return {
    says,
    files: [
      ...shared,
      { from: 'templates/market/README.md', to: 'README.md' },
      { from: 'templates/market/miner.ts', to: 'src/miner.ts' },
      {
        from: 'examples/miner/validator.ts',
        to: 'src/validator.ts',
        words: [
          ["import { Factorising } from './subnet.js'", `import { market } from './${name}/market.js'`],
          [
            'mechanism: new Factorising(),',
            '...market.validator,\n    mechanism: market.mechanism({ without: [] }),',
          ],
        ],
      },
      { from: 'templates/market/market.test.ts', to: 'test/market.test.ts' },
    ],
    folders: [
      { from: `examples/${name}`, to: `src/${name}` },
      { from: 'examples/support', to: 'src/support' },
    ],
    start: `src/${name}/main.ts`,
    packages: ['zod', ...packages],
  }
}

/** What `subnetkit new --like` takes. */
export const projectKinds: Readonly<Record<string, ProjectKind>> = {
  miner,
  text: marketKind('text', 'a market of text, streamed and checked by a small model', ['onnxruntime-node']),
  reasoning: marketKind('reasoning', 'a market of solvers that miners commit to: a champion and challengers'),
  rental: marketKind('rental', 'a market of cards for rent: proofs of hardware, leases, deposits'),
  agents: marketKind('agents', 'a market of coding agents that miners commit to: pay for progress'),
  serverless: marketKind('serverless', 'a market of applications that customers invoke: a log, four columns'),
  storage: marketKind('storage', 'a market of disks: sealed replicas, challenges, files of customers'),
  prices: marketKind('prices', 'a market of forecasts, sealed and shown later: two mechanisms'),
}
