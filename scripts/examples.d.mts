/** An example: the program of its folder that its name runs, or how it is run instead, and what it shows. */
export interface Example {
  readonly says: string
  readonly program?: string
  readonly how?: string
}

export const examples: Readonly<Record<string, Example>>
