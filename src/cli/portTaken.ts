/** The exit for a port on which no page can be served. */
import { causeOf } from '../failure.js'
import { type Exit, badInput } from './exit.js'

/** Bad input: the option by which the port was given, and the system's reason. */
export const portTaken = (flag: string, port: number, error: unknown): Exit =>
  badInput([
    { path: flag, expected: 'a port that is free on 127.0.0.1', got: `${port} (${causeOf(error)})`, nearest: null },
  ])
