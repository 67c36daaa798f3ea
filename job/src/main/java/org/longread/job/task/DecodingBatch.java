package org.longread.job.task;

import java.util.ArrayList;
import java.util.List;
import org.longread.kernels.Engine;

/**
 * Answers that take each step together, of one document or of many: weights are read once for all.
 * They join when their question is read and leave as soon as they end. What an answer says does not
 * depend on who else is here. Owns no session; belongs to one thread.
 */
public final class DecodingBatch {
  private final Engine engine;
  private final int maxSequences;
  private final List<Member> members = new ArrayList<>();

  private record Member(GeneratedDocument document, Answer answer) {}

  /**
   * An empty batch.
   *
   * @param maxSequences answers that may be in it at once
   */
  public DecodingBatch(Engine engine, int maxSequences) {
    this.engine = engine;
    this.maxSequences = maxSequences;
  }

  /** Whether another answer may join. */
  public boolean hasRoom() {
    return room() > 0;
  }

  /** How many answers may join. */
  public int room() {
    return maxSequences - members.size();
  }

  /** Whether nothing is generated. */
  public boolean isEmpty() {
    return members.isEmpty();
  }

  void join(GeneratedDocument document, Answer answer) {
    members.add(new Member(document, answer));
  }

  /** Drops the answers of a document, which is the caller's to close. */
  public void leave(OpenDocument document) {
    members.removeIf(member -> member.document() == document);
  }

  /**
   * Chooses the next token of every answer and feeds it back to those that go on. What is wrong
   * with one answer ends its document alone.
   *
   * @throws RuntimeException if the pass itself fails: every document in it can only be closed then
   */
  public void step() {
    long start = System.nanoTime();
    List<Member> before = List.copyOf(members);
    List<float[]> logits = engine.logits(members.stream().map(m -> m.answer().session()).toList());
    for (int i = 0; i < before.size(); i++) {
      before.get(i).document().advance(before.get(i).answer(), logits.get(i));
    }
    members.removeIf(m -> m.answer().isFinished() || m.document().isFinished());
    engine.step(
        members.stream().map(m -> m.answer().session()).toList(),
        members.stream().mapToInt(m -> m.answer().lastToken()).toArray());
    long share = (System.nanoTime() - start) / before.size();
    before.forEach(m -> m.document().charge(share));
  }
}
