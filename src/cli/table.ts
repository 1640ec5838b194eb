/** Tables as the command prints them. */

/** Rows of cells as lines, each column as wide as its widest cell. */
export const table = (rows: readonly (readonly string[])[]): string => {
  const widths = rows[0].map((_head, column) => Math.max(...rows.map((row) => row[column].length)))
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
