import { printableName } from '../errors/index.js'
import type { FaultLog } from '../log/index.js'

/** Any right of the group or of everybody else. */
const OTHERS = 0o077

/** Says once that a file with a secret lies open to other accounts of the machine, and how to close it. */
export function warnIfOpen(file: { readonly path: string; readonly mode: number }, faults: FaultLog): void {
  // Windows keeps rights elsewhere; what it answers here says nothing.
  if ((file.mode & OTHERS) === 0 || process.platform === 'win32') return
  const path = printableName(file.path, 300)
  const mode = (file.mode & 0o777).toString(8)
  faults.report({
    cause: `open ${path}`,
    message: `A file with a secret is open to other accounts of this machine (mode ${mode}). Close it with chmod 600.`,
    fields: { path },
    level: 'warn',
  })
}
