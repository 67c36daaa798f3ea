package org.longread.kernels.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.ServiceLoader;
import java.util.function.Consumer;
import org.longread.kernels.bench.AttentionPeer.Form;
import org.longread.kernels.bench.AttentionPeer.Sees;
import org.longread.kernels.ops.AttentionShape;
import org.longread.kernels.ops.KernelOps;
import org.longread.kernels.ops.Rows;

/**
 * Prefill attention of one chunk, ours beside that of the libraries found on the class path: same
 * process, same numbers, one thread each, by the CPU time of that thread, in interleaved rounds. A
 * peer whose result differs from ours is not timed.
 */
public final class PeerBench {
  /** Largest difference of an output from ours; outputs are of the order of one. */
  private static final double TOLERANCE = 1e-3;

  private static final int WARM_UP_LENGTH = 1024;
  private static final long WARM_UP_NANOS = 3_000_000_000L;

  private final BenchPreset preset;
  private final KernelOps ops;
  private final FmaPeak peak;
  private final int rounds;
  private final List<AttentionPeer> peers;

  PeerBench(KernelOps ops, BenchPreset preset, int rounds, List<AttentionPeer> peers) {
    this.ops = ops;
    this.preset = preset;
    this.peak = new FmaPeak(ops);
    this.rounds = rounds;
    this.peers = List.copyOf(peers);
  }

  /** Beside the libraries on the class path, at the shape of the preset medium. */
  static PeerBench onClassPath(KernelOps ops, int rounds) {
    List<AttentionPeer> found =
        ServiceLoader.load(AttentionPeer.class).stream().map(ServiceLoader.Provider::get).toList();
    return new PeerBench(ops, BenchPreset.MEDIUM, rounds, found);
  }

  /** Libraries that are not measured, each with its reason. */
  public List<AbsentPeer> absent() {
    return AbsentPeer.besides(peers);
  }

  /** Whether a library was found. */
  public boolean hasPeers() {
    return !peers.isEmpty();
  }

  /** The shape in a line. */
  public String shape() {
    return preset.shape();
  }

  /** Measures each length; what was found is shown as soon as it is there. */
  public void run(List<Integer> lengths, Consumer<PeerResult> show) {
    try (Contest contest = new Contest(WARM_UP_LENGTH)) {
      contest.warmUp();
    }
    measure(lengths, show);
  }

  /** Measures without warming up. */
  void measure(List<Integer> lengths, Consumer<PeerResult> show) {
    for (int length : lengths) {
      try (Contest contest = new Contest(length)) {
        show.accept(contest.measure());
      }
    }
  }

  /** One length: the problem, and every form of every peer that computes it right. */
  private final class Contest implements AutoCloseable {
    private final int length;
    private final int rows;
    private final OwnAttention own;
    private final float[] keys;
    private final float[] values;
    private final PeerProblem problem;
    private final List<Entrant> entrants = new ArrayList<>();
    private final List<PeerResult.Line> failed = new ArrayList<>();

    Contest(int length) {
      this.length = length;
      this.rows = Math.min(LayerBench.CHUNK, length);
      this.own = new OwnAttention(preset.config(), ops, rows, length);
      this.problem = own.problem();
      this.keys = new float[length * problem.shape().query()];
      this.values = new float[length * problem.shape().value()];
      Rows expected = own.dense();
      for (AttentionPeer peer : peers) {
        for (Form form : peer.forms()) {
          enter(peer.name() + ", " + form.title(), form, expected);
        }
      }
    }

    /** A library that does not load or run here is a line with its reason, and the others go on. */
    private void enter(String name, Form form, Rows expected) {
      try {
        Entrant entrant = new Entrant(name, form, form.open(problem));
        entrant.opened.run();
        entrant.error = entrant.error(expected);
        if (entrant.error <= TOLERANCE) {
          entrants.add(entrant);
        } else {
          entrant.opened.close();
          String reason = "differs from our dense result by more than " + TOLERANCE;
          failed.add(PeerResult.Line.untimed(name, entrant.error, reason));
        }
      } catch (RuntimeException | LinkageError e) {
        failed.add(PeerResult.Line.untimed(name, Double.NaN, e.toString()));
      }
    }

    void warmUp() {
      peak.gflops();
      warmUp(own::dense);
      warmUp(own::sparse);
      entrants.forEach(entrant -> warmUp(entrant.opened::run));
    }

    private void warmUp(Runnable call) {
      long end = CpuClock.nanos() + WARM_UP_NANOS;
      while (CpuClock.nanos() < end) {
        call.run();
      }
    }

    PeerResult measure() {
      own.sparse();
      List<Double> peaks = new ArrayList<>();
      List<Double> dense = new ArrayList<>();
      List<Double> expansion = new ArrayList<>();
      List<Double> sparse = new ArrayList<>();
      for (int round = 0; round < rounds; round++) {
        peaks.add(peak.gflops());
        dense.add(nanos(own::dense) / rows);
        sparse.add(nanos(own::sparse) / rows);
        expansion.add(nanos(() -> own.expandAll(keys, values)) / rows);
        for (Entrant entrant : entrants) {
          entrant.nanos.add(nanos(entrant.opened::run) / entrant.opened.rows());
        }
      }
      double denseNanos = median(dense);
      List<PeerResult.Line> lines = new ArrayList<>();
      entrants.forEach(entrant -> lines.add(entrant.line()));
      lines.addAll(failed);
      return new PeerResult(
          length,
          rows,
          median(peaks),
          denseNanos,
          median(expansion),
          median(sparse),
          own.denseFlops(problem.pairs(rows)) / rows / denseNanos,
          lines);
    }

    @Override
    public void close() {
      entrants.forEach(entrant -> entrant.opened.close());
    }

    /** A form with this problem, and its times. */
    private final class Entrant {
      private final String name;
      private final Form form;
      private final AttentionPeer.Opened opened;
      private final List<Double> nanos = new ArrayList<>();
      private double error;

      Entrant(String name, Form form, AttentionPeer.Opened opened) {
        this.name = name;
        this.form = form;
        this.opened = opened;
      }

      /** The greatest difference from the last rows of what is expected; NaN counts as endless. */
      double error(Rows expected) {
        int count = opened.rows();
        double greatest = 0;
        for (int i = form.sees() == Sees.CAUSAL ? 0 : count - 1; i < count; i++) {
          float[] found = opened.output(i);
          int at = expected.at(rows - count + i);
          for (int c = 0; c < found.length; c++) {
            double difference = Math.abs(found[c] - expected.data()[at + c]);
            greatest = Math.max(greatest, Double.isNaN(difference) ? Double.MAX_VALUE : difference);
          }
        }
        return greatest;
      }

      PeerResult.Line line() {
        double median = median(nanos);
        AttentionShape shape = problem.shape();
        double flops = 2.0 * shape.heads() * (shape.query() + shape.value());
        double gflops = problem.pairs(opened.rows()) * flops / opened.rows() / median;
        return new PeerResult.Line(name, OptionalDouble.of(median), gflops, error, "");
      }
    }
  }

  private static double nanos(Runnable call) {
    long start = CpuClock.nanos();
    call.run();
    return CpuClock.nanos() - start;
  }

  private static double median(List<Double> values) {
    return CostCurve.median(values.stream().mapToDouble(Double::doubleValue).toArray());
  }
}
