/**
 * The engine called from Spark's own tables: data frames, SQL functions and a procedure.
 *
 * <p>In: a data frame or the arguments of a function, and the options of a run. Out: the columns of
 * the result table. Start at {@link org.longread.job.sql.Longread} for data frames and at {@link
 * org.longread.job.sql.LongreadCatalog} for SQL.
 */
package org.longread.job.sql;
