#!/usr/bin/env node
/** The `rivulet` command. */
import { isatty } from 'node:tty'
import { systemClock } from '../time/clock.js'
import { exitWithParent } from './childProcess.js'
import { command } from './command.js'
import { ownCommandProcess } from './commandProcess.js'

exitWithParent(process)
const commandProcess = ownCommandProcess(process, new Date(), systemClock, [0, 1, 2].some(isatty))
commandProcess.end(await command(commandProcess)())
