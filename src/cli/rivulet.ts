#!/usr/bin/env node
/** The `rivulet` command. */
import { systemClock } from '../clock.js'
import { command } from './command.js'
import { outsideOf } from './outside.js'

const code = await command(outsideOf(process, new Date(), systemClock))()
// A stream that failed to take the command's words has set a code of its own.
if (code !== 0) process.exitCode = code
