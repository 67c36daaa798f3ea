package org.longread.job.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.longread.job.write.ArrowRows;

/** Tables of any size are counted whole, and a few documents of every kind are kept. */
class TestResultTally {
  private record Row(Map<String, Object> values) implements ArrowRows.Row {
    @Override
    public Object get(String column) {
      return values.get(column);
    }

    @Override
    public int items(String column) {
      return 0;
    }
  }

  private static Row row(Object id, int question, long tokens, String errorCode) {
    Map<String, Object> values = new HashMap<>();
    values.put("doc_id", id);
    values.put("question_index", question);
    values.put("prompt_tokens", tokens);
    values.put("output_tokens", 1);
    values.put("evidence", List.of());
    values.put("status", errorCode.isEmpty() ? "ok" : "error");
    if (errorCode.isEmpty()) {
      values.put("captured_mass", 0.5f);
    } else {
      values.put("error_code", errorCode);
      values.put("error_message", "Cannot read " + id);
    }
    return new Row(values);
  }

  private static ResultTally tally(int documents, int most) {
    ResultTally tally = new ResultTally(most);
    for (int i = 0; i < documents; i++) {
      String error = i % 100 == 7 ? "bad_" + i % 3 : "";
      tally.add(row("doc-" + i, 0, 1L << (i % 5 + 4), error));
      tally.add(row("doc-" + i, 1, 1L << (i % 5 + 4), error));
    }
    tally.endDocument();
    return tally;
  }

  @Test
  void everyRowIsCountedAndFewAreKept() {
    ResultTally tally = tally(20_000, 30);
    assertThat(tally.rows()).isEqualTo(40_000);
    assertThat(tally.documents()).isEqualTo(20_000);
    assertThat(tally.rowsFailed()).isEqualTo(400);
    assertThat(tally.failures()).containsOnlyKeys("bad_0", "bad_1", "bad_2");
    assertThat(tally.failures().values())
        .allSatisfy(reason -> assertThat(reason.examples()).hasSize(5));
    assertThat(tally.failures().values().stream().mapToLong(FailureReason::rows).sum())
        .isEqualTo(400);
    assertThat(tally.quality().capturedMass().count()).isEqualTo(39_600);
    assertThat(tally.quality().capturedMass().mean()).isEqualTo(0.5);
  }

  @Test
  void everyLengthAndEveryReasonIsShown() {
    List<SampledDocument> shown = tally(20_000, 30).sampled();
    assertThat(shown).hasSize(30).doesNotHaveDuplicates();
    assertThat(shown).allSatisfy(document -> assertThat(document.rows()).hasSize(2));
    assertThat(shown.subList(0, 3))
        .extracting(SampledDocument::failure)
        .containsExactlyInAnyOrder("bad_0", "bad_1", "bad_2");
    assertThat(shown).filteredOn(d -> !d.failure().isEmpty()).hasSize(6);
    assertThat(shown).extracting(SampledDocument::tokens).contains(16L, 32L, 64L, 128L, 256L);
    assertThat(tally(20_000, 30).sampled()).isEqualTo(shown);
  }

  @Test
  void failedDocumentsFillWhatAnsweredOnesLeave() {
    ResultTally tally = new ResultTally(10);
    for (int i = 0; i < 50; i++) {
      tally.add(row(i, 0, 0, "null_text"));
    }
    tally.add(row(null, 0, 0, "null_id"));
    tally.add(row(null, 0, 0, "null_id"));
    tally.endDocument();
    assertThat(tally.documents()).isEqualTo(52);
    assertThat(tally.sampled()).hasSize(10);
    assertThat(tally.sampled().get(0).idText()).isEqualTo("null");
  }

  @Test
  void rowsOfADocumentAreCutToADozen() {
    ResultTally tally = new ResultTally(10);
    for (int question = 0; question < 5000; question++) {
      tally.add(row("a", question, 8, ""));
    }
    tally.endDocument();
    assertThat(tally.sampled()).hasSize(1);
    assertThat(tally.sampled().get(0).rows()).hasSize(12);
    assertThat(tally.sampled().get(0).rowsLeftOut()).isEqualTo(4988);
  }

  @Test
  void noneShownKeepsNone() {
    assertThat(tally(100, 0).sampled()).isEmpty();
  }

  @Test
  void ticksAreRoundAndReachTheHighest() {
    assertThat(Ticks.upTo(8.13).values()).containsExactly(0.0, 2.0, 4.0, 6.0, 8.0, 10.0);
    assertThat(Ticks.upTo(5).highest()).isEqualTo(5);
    assertThat(Ticks.upTo(0.00813).label(0.004)).isEqualTo("0.004");
    assertThat(Ticks.upTo(1200).label(1000)).isEqualTo("1,000");
    assertThat(Ticks.upTo(0).highest()).isEqualTo(1);
  }
}
