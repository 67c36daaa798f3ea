package org.longread.job;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;
import org.longread.job.write.Chain;

/**
 * What a Spark task tells the driver once its last segment is committed.
 *
 * @param chain all that counts of its partition
 * @param executor the JVM it ran in
 */
@DefaultSerializer(JavaSerializer.class) // where Spark is told to use Kryo
record TaskReport(Chain chain, ExecutorHealth executor) implements Serializable {}
