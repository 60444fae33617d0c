#!/usr/bin/env node
// The command. In the package `dist/` is beside it; a clone builds it on first use.
import { existsSync } from 'node:fs'

const setUp = new URL('../scripts/setUp.mjs', import.meta.url)
if (existsSync(setUp)) {
  const { ensureBuilt } = await import(setUp.href)
  if (!ensureBuilt()) process.exit(1)
}
await import('../dist/cli/main.js')
