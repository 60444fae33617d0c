import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { packageManifest, packageRoot } from '../packageRoot.js'

/**
 * What npm is to install as `subnetkit` in a new folder: the very package that this command is of. A clone is linked, a tarball is named by its
 * place, what came from the registry by its version.
 */
export function packageSource(project: string): string {
  if (existsSync(join(packageRoot, 'scripts/setUp.mjs'))) return fileFrom(project, packageRoot)
  const host = dirname(dirname(resolve(packageRoot)))
  const place = installedFrom(host)
  return place === undefined ? packageManifest().version : fileFrom(project, place)
}

/** The file or folder from which npm installed the package, as its own lock file of what is installed says. */
function installedFrom(host: string): string | undefined {
  const lock = join(host, 'node_modules/.package-lock.json')
  if (!existsSync(lock)) return undefined
  const { packages } = JSON.parse(readFileSync(lock, 'utf8')) as {
    packages?: Readonly<Record<string, { readonly resolved?: unknown }>>
  }
  const resolved = packages?.['node_modules/subnetkit']?.resolved
  if (typeof resolved !== 'string' || !resolved.startsWith('file:')) return undefined
  return resolved.startsWith('file:///')
    ? fileURLToPath(resolved)
    : resolve(host, 'node_modules', '..', resolved.slice('file:'.length))
}

function fileFrom(project: string, path: string): string {
  return `file:${relative(project, path).replaceAll('\\', '/')}`
}
