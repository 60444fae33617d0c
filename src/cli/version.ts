import { packageManifest } from './packageRoot.js'

/** Version of the package. */
export function packageVersion(): string {
  return packageManifest().version
}
