/** One line per offence; `root` holds `src/`. */
export function checkFloors(root: string): Promise<string[]>
