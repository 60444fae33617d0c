import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { liveErrors, trainModels } from './training/models.js'
import { encodeOnnx } from './training/onnxFile.js'
import { exampleFolder, loadWeather } from './weather.js'

// Trains the models of the example and writes them to models/: node scripts/start.mjs --train

const days = loadWeather()
const models = trainModels(days)
for (const { name, net } of models) {
  const path = join(exampleFolder(), 'models', `${name}.onnx`)
  const file = encodeOnnx(net, name)
  writeFileSync(path, file)
  console.log(`${path}: ${file.length} bytes`)
}
console.log('Mean absolute error on the live years, °C:')
for (const [name, errorC] of Object.entries(liveErrors(days, models))) {
  console.log(`  ${name.padEnd(12)} ${errorC.toFixed(3)}`)
}
