import { defineSynapse } from 'subnetkit/synapse'
import { z } from 'zod'
import { type ForecastAnswer, type ForecastTask, LEAD_DAYS, WINDOW_DAYS } from './questions.js'

/** Most questions in one call. */
const QUESTION_LIMIT = 200

/** Far outside any weather: these bounds only catch nonsense. */
const temperature = z.number().min(-90).max(60)

const dayRow = z.tuple([temperature, temperature, z.number().min(0), z.number().min(0)])

const question = z.object({
  dayOfYear: z.number().int().min(0).max(365),
  window: z.array(dayRow).length(WINDOW_DAYS),
})

const request: z.ZodType<ForecastTask> = z.object({ questions: z.array(question).max(QUESTION_LIMIT) })

const answer: z.ZodType<ForecastAnswer> = z.object({
  highestC: z.array(z.array(temperature).length(LEAD_DAYS)).max(QUESTION_LIMIT),
})

/** What is asked of a miner: the highest temperature of the next days, given the last ten. */
export const forecastSynapse = defineSynapse({ name: 'seattle-forecast', request, answer })
