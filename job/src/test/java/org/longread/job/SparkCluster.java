package org.longread.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.deploy.master.Master;
import org.apache.spark.deploy.worker.Worker;

/**
 * A standalone Spark cluster: a master and two workers, each in a JVM of its own, whose executors
 * are again JVMs of their own. The workers have two addresses of the loopback, because speculation
 * places no copy on the host of the original. Owns its processes; {@link #close} kills them.
 */
final class SparkCluster implements AutoCloseable {
  static final long PATIENCE_SECONDS = 900;
  private static final List<String> HOSTS = List.of("127.0.0.1", "127.0.0.2");
  private static final Pattern STARTED = Pattern.compile("Starting Spark master at (spark://\\S+)");
  private static final Pattern REGISTERED = Pattern.compile("Registering worker ");

  private final Path folder;
  private final List<Process> workers = new ArrayList<>();
  private final Process master;
  private final String url;

  private SparkCluster(Path folder) throws IOException {
    this.folder = folder;
    Files.createDirectories(folder.resolve("home/jars")); // executors get the class path otherwise
    // Executors that are killed again and again do not end an application.
    List<String> options = List.of("-Xmx256m", "-Dspark.deploy.maxExecutorRetries=-1");
    this.master = daemon(Master.class, "master", HOSTS.get(0), options, "--port", "0");
    await("a master", () -> log("master", STARTED).find());
    Matcher started = log("master", STARTED);
    assertThat(started.find()).isTrue();
    this.url = started.group(1);
  }

  /** Starts one, with its logs and work below a folder. */
  static SparkCluster start(Path folder) throws IOException {
    SparkCluster cluster = new SparkCluster(folder);
    try {
      for (String host : HOSTS) {
        cluster.addWorker(host);
      }
      cluster.await(
          "workers",
          () -> cluster.log("master", REGISTERED).results().count() == cluster.workers.size());
    } catch (IOException | AssertionError e) {
      cluster.close();
      throw e;
    }
    return cluster;
  }

  private void addWorker(String host) throws IOException {
    workers.add(
        daemon(
            Worker.class,
            "worker-" + host,
            host,
            List.of("-Xmx256m"),
            "--cores",
            "1",
            "--memory",
            "1g",
            "--work-dir",
            folder.resolve("work-" + host).toString(),
            url));
  }

  private Process daemon(
      Class<?> main, String name, String host, List<String> options, String... arguments)
      throws IOException {
    Path talk = folder.resolve("log4j2.properties");
    Files.writeString(
        talk,
        """
        rootLogger.level = info
        rootLogger.appenderRef.stderr.ref = stderr
        appender.stderr.type = Console
        appender.stderr.name = stderr
        appender.stderr.target = SYSTEM_ERR
        """);
    List<String> all = new ArrayList<>(options);
    all.add("-Dlog4j2.configurationFile=" + talk);
    List<String> given = new ArrayList<>(List.of("--host", host, "--webui-port", "0"));
    given.addAll(List.of(arguments));
    return ChildJvm.start(main, logFile(name), all, env(host), given.toArray(String[]::new));
  }

  private Map<String, String> env(String host) {
    return Map.of(
        "SPARK_HOME",
        folder.resolve("home").toString(),
        "SPARK_SCALA_VERSION",
        "2.13",
        "SPARK_LOCAL_IP",
        host);
  }

  private Path logFile(String name) {
    return folder.resolve(name + ".log");
  }

  private Matcher log(String name, Pattern pattern) {
    try {
      return pattern.matcher(Files.readString(logFile(name)));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void await(String what, BooleanSupplier there) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!there.getAsBoolean()) {
      assertThat(System.nanoTime()).as("no %s: see %s", what, folder).isLessThan(deadline);
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  /**
   * Starts a driver.
   *
   * @param settings of Spark, as {@code key=value}
   */
  Process drive(Class<?> main, Path log, List<String> settings, String... arguments)
      throws IOException {
    List<String> options = new ArrayList<>(List.of("-Xmx1g"));
    Stream.of(
            "spark.master=" + url,
            "spark.driver.host=127.0.0.1",
            "spark.driver.bindAddress=127.0.0.1",
            "spark.executor.memory=768m",
            "spark.executor.extraClassPath=" + ChildJvm.classPath(),
            "spark.ui.enabled=false",
            "spark.sql.shuffle.partitions=2",
            "spark.task.maxFailures=100")
        .forEach(setting -> options.add("-D" + setting));
    settings.forEach(setting -> options.add("-D" + setting));
    return ChildJvm.start(main, log, options, env(HOSTS.get(0)), arguments);
  }

  /** Executors that live, of any application: a worker has no other children. */
  List<ProcessHandle> executors() {
    return workers.stream()
        .flatMap(worker -> worker.toHandle().children())
        .filter(ProcessHandle::isAlive)
        .toList();
  }

  @Override
  public void close() {
    for (Process worker : workers) {
      List<ProcessHandle> children = worker.toHandle().children().toList();
      kill(worker);
      children.forEach(ProcessHandle::destroyForcibly);
    }
    kill(master);
  }

  private static void kill(Process process) {
    try {
      process.destroyForcibly().waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
