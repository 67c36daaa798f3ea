package org.longread.job.arrow.write;

import java.io.Serializable;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Where one write goes through Hadoop's committers.
 *
 * @param folder with file system
 * @param writeId unique to the write
 * @param hadoop settings of the file system
 */
public record Destination(String folder, String writeId, SerializableConfiguration hadoop)
    implements Serializable {}
