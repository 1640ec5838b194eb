/** A file that a process preloads: it prints a line in each thread that runs it. */
process.stdout.write('preloaded\n')
