// The small parts that tables are made of. `undefined` stays blank.

export const number = (value) =>
  value === undefined ? '' : value.toLocaleString('en', { maximumSignificantDigits: 4 })
export const whole = (value) => (value === undefined ? '' : Math.round(value).toLocaleString('en'))
export const times = (value) => (value === undefined ? '' : `${number(value)}x`)
export const spread = (row) => (row.p10Us === undefined ? '' : `${number(row.p10Us)} to ${number(row.p90Us)}`)

export const distinct = (values) => [...new Set(values)]

/** The first column holds words, the others figures. */
export function table(heads, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`
  return [line(heads), line(heads.map((_, k) => (k === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n')
}

/** What only some readers want to see. */
export function folded(summary, text) {
  return `<details>\n<summary>${summary}</summary>\n\n${text}\n\n</details>`
}
