// Tables of measured rows. A column is a field of the row, or a function that gives the cell.

/** Four digits of what was measured, all of what was counted; what is not there stays blank. */
export function shown(value) {
  if (typeof value !== 'number') return value ?? ''
  if (value !== 0 && Math.abs(value) < 1e-4) return value.toExponential(1)
  return value.toLocaleString('en', Number.isInteger(value) ? {} : { maximumSignificantDigits: 4 })
}

export const times = (value) => (typeof value === 'number' ? `${shown(value)}x` : '')

export const distinct = (values) => [...new Set(values)]

/** The first column holds words, the others figures. */
export function table(heads, lines) {
  const line = (cells) => `| ${cells.join(' | ')} |`
  return [line(heads), line(heads.map((_, k) => (k === 0 ? '---' : '---:'))), ...lines.map(line)].join('\n')
}

const cellOf = (column, row) => shown(typeof column === 'function' ? column(row) : row[column])

/** One line per row. */
export function list(columns) {
  return (rows) =>
    table(
      Object.keys(columns),
      rows.map((row) => Object.values(columns).map((column) => cellOf(column, row))),
    )
}

/** One line per `line`, one column per value of the field `across`; the columns of `first` are those of the line's first row. */
export function side({ head, line, across, cell, first = {} }) {
  return (rows) => {
    const heads = distinct(rows.map((row) => row[across]))
    const lines = distinct(rows.map(line)).map((name) => {
      const own = rows.filter((row) => line(row) === name)
      const cells = heads.map((value) => own.find((row) => row[across] === value))
      const leading = Object.values(first).map((column) => cellOf(column, own[0]))
      return [name, ...leading, ...cells.map((row) => (row === undefined ? '' : cell(row)))]
    })
    return table([head, ...Object.keys(first), ...heads], lines)
  }
}

/** A text, a table, and a second one that only some readers want to see. */
export function parts(text, draw, drawFolded) {
  return (rows) => {
    const above = typeof text === 'function' ? text(rows) : text
    const folded = `<details>\n<summary>Every measurement</summary>\n\n${drawFolded(rows)}\n\n</details>`
    return `${above}\n\n${draw(rows)}\n\n${folded}`
  }
}
