package org.longread.job.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.longread.kernels.Engine;
import org.longread.kernels.EngineOptions;
import org.longread.kernels.Session;
import org.longread.kernels.SessionOptions;

/**
 * Prompts read and continued by the engine alone: tokens in, tokens out, on as many threads as the
 * job has slots. What the job adds to this is its overhead.
 */
final class BareEngine implements AutoCloseable {
  private final Engine engine;
  private final int threads;
  private final int maxSequences;

  BareEngine(Path model, int chunkTokens, int threads, int maxSequences) {
    this.engine = Engine.open(new EngineOptions(model, "auto", chunkTokens, threads));
    this.threads = threads;
    this.maxSequences = maxSequences;
  }

  /** Continues every prompt by so many tokens, the likeliest each time; tokens written in all. */
  long run(List<int[]> prompts, int newTokens) {
    AtomicInteger next = new AtomicInteger();
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<CompletableFuture<Long>> parts = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        parts.add(CompletableFuture.supplyAsync(() -> work(prompts, next, newTokens), pool));
      }
      return parts.stream().mapToLong(CompletableFuture::join).sum();
    } finally {
      pool.shutdown();
    }
  }

  private long work(List<int[]> prompts, AtomicInteger next, int newTokens) {
    long written = 0;
    List<Session> batch = new ArrayList<>();
    for (int i = next.getAndIncrement(); i < prompts.size(); i = next.getAndIncrement()) {
      Session session = engine.newSession(SessionOptions.DEFAULT);
      session.prefill(prompts.get(i));
      batch.add(session);
      if (batch.size() == maxSequences) {
        written += generate(batch, newTokens);
      }
    }
    return written + generate(batch, newTokens);
  }

  /** Generates for a batch and empties it. */
  private long generate(List<Session> batch, int newTokens) {
    for (int n = 1; n <= newTokens && !batch.isEmpty(); n++) {
      int[] tokens = engine.logits(batch).stream().mapToInt(logits -> likeliest(logits)).toArray();
      if (n < newTokens) {
        engine.step(batch, tokens);
      }
    }
    long written = (long) batch.size() * newTokens;
    batch.forEach(Session::close);
    batch.clear();
    return written;
  }

  private static int likeliest(float[] logits) {
    int best = 0;
    for (int id = 1; id < logits.length; id++) {
      if (logits[id] > logits[best]) {
        best = id;
      }
    }
    return best;
  }

  @Override
  public void close() {
    engine.close();
  }
}
