import { build } from 'esbuild'
import { defineConfig } from 'tsup'
import { publicRooms } from './scripts/floors.mjs'
import { writeWorkerProgram } from './scripts/workerProgram.mjs'

await writeWorkerProgram(build)

/** One entry per subpath, so that `dist/` mirrors the exports of package.json; shared code goes to chunks. */
const rooms = Object.fromEntries(publicRooms.map((room) => [`${room}/index`, `src/${room}/index.ts`]))

export default defineConfig({
  entry: { index: 'src/index.ts', ...rooms, 'cli/main': 'src/cli/main.ts' },
  format: 'esm',
  target: 'es2022',
  platform: 'node',
  // esbuild knows which of Node's modules exist; their names keep the prefix that newer ones require.
  removeNodeProtocol: false,
  tsconfig: 'tsconfig.build.json',
  outDir: 'dist',
  clean: true,
  splitting: true,
  sourcemap: false,
  treeshake: false,
  // Types are written by `scripts/buildTypes.mjs`, in a tenth of the time.
})
