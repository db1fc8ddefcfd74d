import { textOf } from './source-tree.js'

/** The rows of every table in a README whose first column has this heading, by their cells. */
export function readmeRows(firstColumn: string, path = 'README.md'): readonly (readonly string[])[] {
  const lines = textOf(path).split('\n')
  const rows: (readonly string[])[] = []
  for (let line = 0; line < lines.length; line++) {
    if (cells(lines[line])[0] !== firstColumn) continue
    for (line += 2; lines[line]?.startsWith('|'); line++) rows.push(cells(lines[line]))
  }
  return rows
}

function cells(line = ''): readonly string[] {
  return line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim())
}

/** What a cell that is one code span holds. */
export function codeIn(cell = ''): string | undefined {
  return /^`([^`]+)`$/.exec(cell)?.[1]
}
