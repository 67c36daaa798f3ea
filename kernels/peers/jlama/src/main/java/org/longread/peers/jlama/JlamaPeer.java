package org.longread.peers.jlama;

import com.github.tjake.jlama.tensor.operations.TensorOperationsProvider;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Properties;
import org.longread.kernels.bench.AttentionPeer;
import org.longread.kernels.bench.PeerProblem;

/**
 * jlama: the calls of its CausalSelfAttention, whose class wants a whole model, in the same order
 * on its own tensors, on one thread.
 */
public final class JlamaPeer implements AttentionPeer {
  private static final String COORDINATES =
      "/META-INF/maven/com.github.tjake/jlama-core/pom.properties";

  @Override
  public String name() {
    return "jlama " + version();
  }

  private static String version() {
    Properties properties = new Properties();
    try (InputStream in = TensorOperationsProvider.class.getResourceAsStream(COORDINATES)) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read jlama's version: " + e.getMessage(), e);
    }
    return properties.getProperty("version");
  }

  @Override
  public List<Form> forms() {
    return List.of(new OwnCalls());
  }

  private static final class OwnCalls implements Form {
    @Override
    public String title() {
      return TensorOperationsProvider.get().name();
    }

    @Override
    public Sees sees() {
      return Sees.CAUSAL;
    }

    @Override
    public Opened open(PeerProblem problem) {
      return new JlamaAttention(problem);
    }
  }
}
