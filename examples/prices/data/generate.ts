// Writes the series anew, and prints its digest: npm run example -- examples/prices/data/generate.ts
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { exampleFile } from '../../support/folders.js'
import { seriesText } from './seriesText.js'

const text = seriesText()
const path = exampleFile('prices/data/series.csv')
writeFileSync(path, text)
console.log(`${path}: ${text.length} bytes, SHA-256 ${createHash('sha256').update(text).digest('hex')}`)
