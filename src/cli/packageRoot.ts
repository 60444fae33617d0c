import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The folder of the package: two folders up, from the sources as from the build. */
export const packageRoot: string = fileURLToPath(new URL('../../', import.meta.url))

/** What the manifest of the package says, as far as commands need it. */
export interface Manifest {
  readonly version: string
  readonly devDependencies: Readonly<Record<string, string>>
}

export function packageManifest(): Manifest {
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as Manifest
}
