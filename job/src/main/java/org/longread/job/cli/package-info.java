/**
 * The command line: words in, exit status out.
 *
 * <p>Start at {@link org.longread.job.cli.Main}; each command is one class. Nothing here computes:
 * commands resolve options, call the job or the engine, and print what comes back.
 */
package org.longread.job.cli;
