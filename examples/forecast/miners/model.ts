import { join } from 'node:path'
import type { Clock } from 'subnetkit/clock'
import { OnnxModel } from 'subnetkit/compute'
import type { FeatureFunction } from '../features.js'
import { type ForecastAnswer, type ForecastTask, LEAD_DAYS } from '../questions.js'
import { exampleFolder } from '../weather.js'

/** Loads one of the example's ONNX models and returns a miner's work with it: a batch in, a batch out. */
export async function modelMiner(options: {
  readonly model: string
  readonly features: FeatureFunction
  readonly clock: Clock
}): Promise<(task: ForecastTask) => Promise<ForecastAnswer>> {
  const path = join(exampleFolder(), 'models', `${options.model}.onnx`)
  const model = await OnnxModel.load(path, { clock: options.clock })
  return async ({ questions }) => {
    if (questions.length === 0) return { highestC: [] }
    const rows = questions.map(options.features)
    const data = Float32Array.from(rows.flat())
    const dims = [rows.length, rows[0]!.length]
    const { forecast } = await model.run({ features: { data, dims } })
    return {
      highestC: rows.map((_, row) =>
        hundredths(forecast!.data.subarray(row * LEAD_DAYS, (row + 1) * LEAD_DAYS)),
      ),
    }
  }
}

/** The record has one decimal; two are plenty for a forecast, and hide how a processor rounds its last bit. */
function hundredths(values: Float32Array): number[] {
  return Array.from(values, (value) => Math.round(100 * value) / 100)
}
