/** The one place that prints: warnings that the user of a program should see, on standard error or a browser's console. */

/** Prints one line. */
export const warn = (line: string): void => console.warn(line)
