package org.longread.job.bench;

import org.longread.kernels.bench.LayerBench.Measurement;

/**
 * One finished position.
 *
 * @param environment where and with what it was measured
 * @param preset the shape's name
 * @param rounds measurements each median is of
 * @param measurement what was found
 */
public record BenchPoint(
    BenchEnvironment environment, String preset, int rounds, Measurement measurement) {}
