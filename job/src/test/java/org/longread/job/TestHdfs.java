package org.longread.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.junit.jupiter.api.Test;

/** The contract on HDFS. */
class TestHdfs extends StoreContract {
  private MiniDFSCluster cluster;

  @Override
  String start(Path folder) throws IOException {
    Configuration conf = new Configuration();
    cluster =
        new MiniDFSCluster.Builder(conf, folder.resolve("dfs").toFile()).numDataNodes(1).build();
    cluster.waitActive();
    return cluster.getURI() + "/work";
  }

  @Override
  void stop() {
    cluster.shutdown(true);
  }

  @Override
  Map<String, String> settings() {
    return Map.of("dfs.replication", "1");
  }

  /** As a driver leaves them that is killed while it writes: nobody closes them. */
  @Test
  void c4RecordsThatAreStillOpenCountAsNone() throws Exception {
    FileSystem fs = FileSystem.newInstance(cluster.getURI(), new Configuration());
    org.apache.hadoop.fs.Path hidden = new org.apache.hadoop.fs.Path(uri("open"), "_longread");
    for (int words = 0; words < 3; words++) {
      FSDataOutputStream out =
          fs.create(
              new org.apache.hadoop.fs.Path(hidden, "lives/0000%d.json".formatted(words + 1)));
      if (words > 0) {
        out.write("{\"number\": ".getBytes(StandardCharsets.UTF_8));
      }
      if (words > 1) {
        out.hflush();
      }
    }
    assertThat(run("open").documentsBefore()).isZero();
    isAsExpected("open");
    ((DistributedFileSystem) fs).getClient().closeAllFilesBeingWritten(true); // and asks no more
    fs.close();
  }
}
