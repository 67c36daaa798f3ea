package org.longread.kernels;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.longread.kernels.forward.Batch;
import org.longread.kernels.forward.Passage;
import org.longread.kernels.forward.Workers;
import org.longread.kernels.ops.Rows;

/** A passage through the layers, and what becomes of its hidden states. */
interface SweepErrand {
  /** What goes through the layers. */
  Passage passage();

  /** Takes in the hidden states; called in the thread of the sweep, if the passage succeeded. */
  void finish();

  /** Whether {@link #finish} uses the output head. */
  boolean usesHead();

  /** What ended it; called instead. */
  void fail(RuntimeException cause);

  /** A document, or what comes after one. */
  final class OfReading implements SweepErrand {
    private final Engine engine;
    private final Reading reading;
    private final List<Reading.Part> chunks = new ArrayList<>();
    private final Passage passage;

    OfReading(Engine engine, Reading reading) {
      this.engine = engine;
      this.reading = reading;
      int evidenceFrom = -1;
      for (int i = 0; i < reading.parts().size(); i++) {
        if (i == reading.evidencePart()) {
          evidenceFrom = chunks.size();
        }
        cut(reading.parts().get(i));
      }
      if (reading.evidencePart() == reading.parts().size()) {
        evidenceFrom = chunks.size();
      }
      this.passage =
          Passage.prefill(
              reading.session().sequence(),
              chunks.stream().map(Reading.Part::tokens).toList(),
              evidenceFrom);
    }

    private void cut(Reading.Part part) {
      int[] tokens = part.tokens();
      for (int first = 0; first < tokens.length; first += engine.chunkTokens()) {
        int end = Math.min(tokens.length, first + engine.chunkTokens());
        chunks.add(new Reading.Part(Arrays.copyOfRange(tokens, first, end), part.scored()));
      }
    }

    @Override
    public Passage passage() {
      return passage;
    }

    @Override
    public void finish() {
      Session session = reading.session();
      Optional<Workers> workers = Optional.of(engine.model().workers());
      for (int i = 0; i < chunks.size(); i++) {
        Rows hidden = passage.hidden(i, engine.config().hiddenSize());
        int[] tokens = chunks.get(i).tokens();
        float[] before = session.lastHiddenOrNone();
        session.absorb(hidden, tokens.length);
        if (chunks.get(i).scored()) {
          reading.score(session.score(before, hidden, tokens, workers));
        }
      }
    }

    @Override
    public boolean usesHead() {
      return chunks.stream().anyMatch(Reading.Part::scored);
    }

    @Override
    public void fail(RuntimeException cause) {
      reading.fail(cause);
    }
  }

  /** One token of each of several sequences. */
  final class OfStep implements SweepErrand {
    private final List<Session> sessions;
    private final int width;
    private final Passage passage;

    OfStep(List<Session> sessions, Batch batch, int width) {
      this.sessions = sessions;
      this.width = width;
      this.passage = Passage.of(batch);
    }

    @Override
    public Passage passage() {
      return passage;
    }

    @Override
    public void finish() {
      Rows hidden = passage.hidden(0, width);
      for (int i = 0; i < sessions.size(); i++) {
        sessions.get(i).absorb(hidden.from(i), 1);
      }
    }

    @Override
    public boolean usesHead() {
      return false;
    }

    @Override
    public void fail(RuntimeException cause) {
      throw cause;
    }
  }
}
