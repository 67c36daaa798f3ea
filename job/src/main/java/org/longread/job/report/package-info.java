/**
 * A finished run becomes one page that a person reads: HTML without script, network or any other
 * file.
 *
 * <p>In: manifest, results and statistics ({@link org.longread.job.report.RunOutput}), each read
 * once, in memory that does not grow with them; and the texts of the few documents shown ({@link
 * org.longread.job.report.DocumentTexts}). Out: {@link org.longread.job.report.ReportPage}. Every
 * word on the page passes {@link org.longread.job.report.Markup}, which escapes it.
 */
package org.longread.job.report;
