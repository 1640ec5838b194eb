/** The words of `rivulet plot`, its help, and the codecs that read the words. */
import type { Command } from 'commander'
import { declareExperiment, experimentFields, experimentReader } from './experimentOptions.js'

const OUT = 'curves.svg'

/** A codec for the argument and each option of `plot`, by name. */
export const plotFields = experimentFields(['.svg', '.png'])

/** Adds the words of `plot` to a command. */
export const declarePlot = (command: Command): Command =>
  declareExperiment(
    command.description('draw the learning curves of runs: mean over seeds with a 95 % band, a panel for each task'),
    `an .svg or .png file, which is replaced if it exists (default: ${OUT})`,
  ).addHelpText(
    'after',
    '\nRuns that differ in their seeds alone are one curve. The ending of the file decides' +
      '\nwhat is written; a PNG needs @resvg/resvg-wasm and @fontsource/source-sans-3.' +
      '\n\nExample:\n  rivulet plot runs --out curves.svg',
  )

/** Reads the words of `plot` as they were written. */
export const readPlot = experimentReader(plotFields, OUT)
