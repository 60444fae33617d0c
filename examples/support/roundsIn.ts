import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeRound, type RoundRecord } from 'subnetkit/mechanism'

/** The records that a run kept, by name of the validator, each list in the order of its rounds. @throws what Node does for a folder that is not there. */
export function roundsIn(folder: string): Map<string, RoundRecord[]> {
  return new Map(
    readdirSync(folder)
      .sort()
      .map((validator) => {
        const files = readdirSync(join(folder, validator)).filter((file) => file.endsWith('.round'))
        return [
          validator,
          files.sort().map((file) => decodeRound(readFileSync(join(folder, validator, file)))),
        ]
      }),
  )
}
