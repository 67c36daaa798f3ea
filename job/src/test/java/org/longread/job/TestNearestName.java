package org.longread.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TestNearestName {
  private static final List<String> KNOWN = List.of("seed", "stop", "temperature", "top-k");

  @Test
  void countsEdits() {
    assertThat(NearestName.edits("", "abc")).isEqualTo(3);
    assertThat(NearestName.edits("abc", "")).isEqualTo(3);
    assertThat(NearestName.edits("kitten", "sitting")).isEqualTo(3);
    assertThat(NearestName.edits("top-k", "top-k")).isZero();
  }

  @Test
  void namesTheNearestOnlyIfItIsNear() {
    assertThat(NearestName.of("temprature", KNOWN)).contains("temperature");
    assertThat(NearestName.of("temp", KNOWN)).isEmpty();
    assertThat(NearestName.of("colour", KNOWN)).isEmpty();
    assertThat(NearestName.hint("topk", KNOWN)).isEqualTo("; did you mean top-k?");
    assertThat(NearestName.hint("colour", KNOWN)).isEmpty();
  }
}
