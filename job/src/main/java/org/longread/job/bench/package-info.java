/**
 * Cost against length as a record that can be kept, compared and shown.
 *
 * <p>In: measurements of {@link org.longread.kernels.bench.LayerBench}. Out: lines of a file that a
 * later run goes on from ({@link org.longread.job.bench.BenchStore}), curves and what follows from
 * them ({@link org.longread.job.bench.BenchSeries}), and a picture ({@link
 * org.longread.job.bench.CostPicture}). The command is {@code org.longread.job.cli.BenchCommand}.
 */
package org.longread.job.bench;
