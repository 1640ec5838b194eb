#!/usr/bin/env node
/** The `rivulet` command. */
import { isatty } from 'node:tty'
import { systemClock } from '../time/clock.js'
import { command } from './command.js'
import { outsideOf } from './outside.js'

const outside = outsideOf(process, new Date(), systemClock, [0, 1, 2].some(isatty))
outside.end(await command(outside)())
