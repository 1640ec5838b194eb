/** Where links report what the user of a program should know: `warn`, unless an option says otherwise. */

/** Takes a line about a link: the first failure of an outage, or messages that are left out. */
export type Report = (line: string) => void
