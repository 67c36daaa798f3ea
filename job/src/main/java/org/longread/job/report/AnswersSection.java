package org.longread.job.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.longread.job.Units;

/** Documents one by one: what was asked, what came back, and the text it rests on. */
final class AnswersSection implements Section {
  /** Documents that stand open; the others wait behind a line that opens them. */
  private static final int OPEN = 10;

  private final DocumentTexts texts;

  AnswersSection(DocumentTexts texts) {
    this.texts = texts;
  }

  @Override
  public boolean hasContent(Report report) {
    return !report.shown().isEmpty();
  }

  @Override
  public void write(Report report, Markup page) {
    List<SampledDocument> shown = report.shown();
    page.element("p", intro(report, shown.size()), "class", "intro").line();
    if (!texts.note().isEmpty()) {
      page.element("p", texts.note(), "class", "note").line();
    }
    int open = Math.min(OPEN, shown.size());
    shown.subList(0, open).forEach(document -> article(document, report, page));
    if (shown.size() > open) {
      page.open("details", "class", "more");
      page.element("summary", Headline.number(shown.size() - open, "more document")).line();
      shown.subList(open, shown.size()).forEach(document -> article(document, report, page));
      page.close().line();
    }
  }

  private static String intro(Report report, int shown) {
    long all = report.results().documents();
    String which =
        shown == all
            ? "All " + Headline.number(all, "document") + ", some failed ones first."
            : "%s of %s: some failed ones first, then some of every length."
                .formatted(Units.count(shown), Headline.number(all, "document"));
    boolean evidence =
        report.shown().stream()
            .flatMap(document -> document.rows().stream())
            .anyMatch(row -> !row.evidence().isEmpty());
    return evidence
        ? which
            + " Marked text drew most of the attention an answer paid to its document;"
            + " the share stands below."
        : which;
  }

  private void article(SampledDocument document, Report report, Markup page) {
    Optional<DocumentText> text = texts.of(document);
    page.open("article")
        .open("h3")
        .open("bdi")
        .text(AnswerRow.cut(document.idText(), AnswerRow.MAX_ID))
        .close()
        .close();
    page.element("p", about(document, text), "class", "facts").line();
    if (text.isEmpty() && !texts.byId().isEmpty()) {
      page.element("p", "The input holds no such document any more.", "class", "note").line();
    }
    for (AnswerRow row : document.rows()) {
      page.open("div", "class", "answer");
      question(row, document, text, report, page);
      outcome(row, page);
      new EvidenceView(row, text).write(page);
      page.close().line();
    }
    if (document.rowsLeftOut() > 0) {
      String more = "and " + Headline.number(document.rowsLeftOut(), "more row");
      page.element("p", more + " in the result table", "class", "facts").line();
    }
    page.close().line();
  }

  private static String about(SampledDocument document, Optional<DocumentText> text) {
    List<String> facts = new ArrayList<>();
    if (document.tokens() > 0) {
      facts.add(Headline.number(document.tokens(), "token"));
    }
    text.filter(known -> known.characters() > 0)
        .ifPresent(known -> facts.add(Headline.number(known.characters(), "character")));
    if (document.rows().stream().anyMatch(AnswerRow::truncated)) {
      facts.add("cut to the limit");
    }
    return String.join(" \u00B7 ", facts);
  }

  private static void question(
      AnswerRow row,
      SampledDocument document,
      Optional<DocumentText> text,
      Report report,
      Markup page) {
    List<String> asked = text.map(DocumentText::questions).orElse(List.of());
    boolean known = text.isPresent() || report.option("questions-column").isEmpty();
    String question = "";
    if (row.questionIndex() < asked.size()) {
      question = asked.get(row.questionIndex()).strip();
    } else if (known) {
      question = AnswerRow.cut(report.option("prompt-suffix").strip(), 500);
    }
    if (question.isEmpty() && document.rows().size() > 1) {
      question = "Question " + (row.questionIndex() + 1);
    }
    if (!question.isEmpty()) {
      page.element("p", question, "class", "question", "dir", "auto").line();
    }
  }

  private static void outcome(AnswerRow row, Markup page) {
    if (row.failed()) {
      page.open("p", "class", "failed", "dir", "auto");
      page.element("strong", row.errorCode()).text(" " + row.errorMessage());
      page.close().line();
      return;
    }
    if (row.text().isPresent()) {
      String answer = row.text().get().strip();
      String css = answer.isEmpty() ? "given none" : "given";
      page.element(
          "p", answer.isEmpty() ? "(an empty answer)" : answer, "class", css, "dir", "auto");
    } else if (row.embeddingLength() > 0) {
      String vector = "A vector of " + Headline.number(row.embeddingLength(), "number");
      page.element("p", vector, "class", "given");
    } else if (row.bitsPerByte().isPresent()) {
      String bits = Units.fixed(row.bitsPerByte().getAsDouble(), 3) + " bits per byte";
      page.element("p", bits, "class", "given");
    }
    page.line().element("p", String.join(" \u00B7 ", facts(row)), "class", "facts").line();
  }

  private static List<String> facts(AnswerRow row) {
    List<String> facts = new ArrayList<>();
    if (row.outputTokens() > 0) {
      facts.add(Headline.number(row.outputTokens(), "token") + " written");
    }
    if (!row.finishReason().isEmpty()) {
      facts.add("ended by " + row.finishReason());
    }
    row.outputLogProb().ifPresent(p -> facts.add("log-probability " + Units.fixed(p, 2)));
    row.logProbSum().ifPresent(p -> facts.add("log-probability " + Units.fixed(p, 2)));
    row.capturedMass().ifPresent(m -> facts.add("captured mass " + Units.percent(m)));
    row.selectionRecall().ifPresent(r -> facts.add("selection recall " + Units.percent(r)));
    row.costUsd().ifPresent(usd -> facts.add(Units.usd(usd)));
    return facts;
  }
}
