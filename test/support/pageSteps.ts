/** A file of a page. */
export interface FileStep {
  readonly kind: 'file'
  readonly path: string
  readonly text: string
}

/** A command of a page, with what it prints; `serves`: it goes on until it is stopped. */
export interface CommandStep {
  readonly kind: 'command'
  readonly command: string
  readonly shown: string
  readonly serves: boolean
}

export type PageStep = FileStep | CommandStep

/**
 * What a page says to do, from top to bottom. A fence named `ts subnet.ts` is that file, `sh` holds commands, `sh until stopped` one that serves, and
 * `text` after either shows what it prints; other fences, such as `sh in a clone`, are for elsewhere.
 */
export function stepsOf(page: string): PageStep[] {
  const steps: PageStep[] = []
  for (const [, info = '', body = ''] of page.matchAll(/^```([^\n]+)\n(.*?)^```$/gms)) {
    const [language, path] = info.split(' ')
    const last = steps.at(-1)
    const serves = info === 'sh until stopped'
    if (info === 'sh' || serves) {
      for (const command of body.trim().split('\n'))
        steps.push({ kind: 'command', command, shown: '', serves })
    } else if (language === 'text' && last?.kind === 'command') {
      steps.splice(-1, 1, { ...last, shown: body })
    } else if (language !== 'sh' && path !== undefined) {
      steps.push({ kind: 'file', path, text: body })
    }
  }
  return steps
}

/** Lines as they are compared: without numbers, frames of tables, and how much space stands between words. */
function linesOf(output: string): string[] {
  const plain = output.replaceAll(/[─┌┐└┘├┤┬┴┼]+/g, '').replaceAll(/\d+(\.\d+)?/g, '#')
  return plain
    .split('\n')
    .map((line) => line.trim().replaceAll(/\s+/g, ' '))
    .filter((line) => line !== '')
}

/** Lines of the page that were not printed, in this order; `…` stands for anything. */
export function notPrinted(shown: string, output: string): string[] {
  const rest = linesOf(output)
  return linesOf(shown).filter((line) => {
    const parts = line.split('…').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    const at = rest.findIndex((other) => new RegExp(`^${parts.join('.*')}$`).test(other))
    if (at >= 0) rest.splice(0, at + 1)
    return at < 0
  })
}
