/** How links report what the user of a program should know: by `warn`, unless an option gives another function. */

/** Receives a line about a link: the first failure of an outage, or that messages are left out. */
export type Report = (line: string) => void
