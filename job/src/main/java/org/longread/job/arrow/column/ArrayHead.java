package org.longread.job.arrow.column;

/**
 * What every array has.
 *
 * @param length values
 * @param nulls nulls among them
 * @param validity address of their bits; 0 without nulls
 */
record ArrayHead(int length, int nulls, long validity) {}
