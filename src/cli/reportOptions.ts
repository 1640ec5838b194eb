/** The words of `rivulet report`, its help, and the codecs that read the words. */
import type { Command } from 'commander'
import { declareExperiment, experimentFields, experimentReader } from './experimentOptions.js'

const OUT = 'report.html'

/** A codec for the argument and each option of `report`, by name. */
export const reportFields = experimentFields(['.html'])

/** Adds the words of `report` to a command. */
export const declareReport = (command: Command): Command =>
  declareExperiment(
    command.description('write a page of an experiment: curves, final returns, comparisons, settings, machines'),
    `an .html file, which is replaced if it exists (default: ${OUT})`,
  ).addHelpText(
    'after',
    '\nThe page is one file and loads nothing. Every interval on it is a 95 % bootstrap interval.' +
      '\n\nExample:\n  rivulet report runs --out report.html',
  )

/** Reads the words of `report` as they were written. */
export const readReport = experimentReader(reportFields, OUT)
