/** Flags of Node that are meant for one process alone, with the value that may follow them as a word of its own. */
const OWN_FLAGS: readonly { readonly flag: RegExp; readonly hasValue: boolean }[] = [
  { flag: /^--inspect(-brk|-wait)?(=.*)?$/, hasValue: false },
  { flag: /^--(inspect|debug)-port=.*$/, hasValue: false },
  { flag: /^--(inspect|debug)-port$/, hasValue: true },
  { flag: /^--inspect-publish-uid=.*$/, hasValue: false },
  // The program of the parent itself, given on its command line.
  { flag: /^(-e|-p|-pe|--(eval|print|input-type|watch-path))$/, hasValue: true },
  { flag: /^--(eval|print|input-type|watch-path)=/, hasValue: false },
  { flag: /^--(watch|watch-preserve-output|test)$/, hasValue: false },
]

/**
 * Flags of this process that its children may have too: a debugger's port serves one process, and a child that waits for a debugger
 * waits for ever.
 */
export function inheritableFlags(flags: readonly string[]): string[] {
  const kept: string[] = []
  const words = flags.values()
  for (const word of words) {
    const own = OWN_FLAGS.find(({ flag }) => flag.test(word))
    if (own === undefined) kept.push(word)
    else if (own.hasValue) words.next()
  }
  return kept
}

/** The same for `NODE_OPTIONS`, in which a word may be quoted. */
export function inheritableNodeOptions(options: string): string {
  const words = options.match(/(?:"(?:\\.|[^"\\])*"|[^\s"])+/g) ?? []
  return inheritableFlags(words).join(' ')
}
