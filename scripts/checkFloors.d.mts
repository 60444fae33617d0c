/** One line per offence, `file:line: what`. */
export function checkFloors(root: string): string[]
