import { readFileSync } from 'node:fs'

/** Version of the package: its manifest lies two folders up, from the sources as from the build. */
export function packageVersion(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return String((JSON.parse(manifest) as { version: unknown }).version)
}
