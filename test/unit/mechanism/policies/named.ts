import { type Address, asHotkey, type Hotkey } from '../../../../src/units/index.js'

export const key = (name: string): Hotkey => asHotkey(name as Address)

/** Numbers by hotkeys of these names. */
export const named = (values: { readonly [name: string]: number }): Map<Hotkey, number> =>
  new Map(Object.entries(values).map(([name, value]) => [key(name), value]))
