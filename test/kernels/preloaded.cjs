/** A file that a process is started with: a thread that ran it as well would be heard. */
process.stdout.write('preloaded\n')
