import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

/** Links of Markdown pages that lead nowhere, as `page -> link`: to a file that is not below `root`, or a heading it lacks. */
export function brokenLinks(root: string, pages: readonly string[]): string[] {
  return pages.flatMap((page) =>
    linksOf(readFileSync(join(root, page), 'utf8'))
      .filter((link) => !resolves(root, page, link))
      .map((link) => `${page} -> ${link}`),
  )
}

function resolves(root: string, page: string, link: string): boolean {
  const [path, anchor] = link.split('#') as [string, string?]
  const target = path === '' ? join(root, page) : join(root, dirname(page), decodeURI(path))
  if (relative(root, target).startsWith('..') || !existsSync(target)) return false
  if (anchor === undefined) return true
  return statSync(target).isFile() && anchorsOf(readFileSync(target, 'utf8')).has(anchor)
}

/** Every link and picture that leads to a file or a heading, in whichever way it is written; web addresses are left out. */
export function linksOf(markdown: string): string[] {
  const text = withoutCode(markdown).replaceAll(/`[^`\n]*`/g, (code) => code.replaceAll(/[^`]/g, ' '))
  const found = [
    ...text.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g),
    ...text.matchAll(/^ *\[[^\]]+\]:\s*(\S+)/gm),
    ...text.matchAll(/\b(?:href|src)="([^"]+)"/g),
  ].map((match) => match[1]!)
  return found.filter((link) => !/^[a-z][a-z0-9+.-]*:/i.test(link))
}

/** The anchors of a page's headings, as the readers of Markdown derive them. */
export function anchorsOf(markdown: string): Set<string> {
  const anchors = new Set<string>()
  for (const [, heading] of withoutCode(markdown).matchAll(/^#{1,6} +(.+?) *#*$/gm)) {
    const words = heading!.replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase()
    const anchor = words.replaceAll(/[^\p{L}\p{N}\p{M} _-]/gu, '').replaceAll(' ', '-')
    let unique = anchor
    for (let again = 1; anchors.has(unique); again++) unique = `${anchor}-${again}`
    anchors.add(unique)
  }
  return anchors
}

function withoutCode(markdown: string): string {
  return markdown.replaceAll(/^( *)(`{3,}|~{3,}).*?^ *\2`*$/gms, '')
}
