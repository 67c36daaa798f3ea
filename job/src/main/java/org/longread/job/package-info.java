/** The Spark job. Parquet rows of documents go in; Arrow tables of results come out. */
package org.longread.job;
