/** Prints warnings for the user of a program, on standard error or a browser's console; the one place of the library that prints. */

/** Prints one line. */
export const warn = (line: string): void => console.warn(line)
